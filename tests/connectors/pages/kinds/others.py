# ruff: noqa: E501  lines of HTML
"""Pages of shops that list nothing: a visitor's own pages, articles, services, and what stands in the way."""

from __future__ import annotations

from tests.connectors.pages.kinds import markup
from tests.connectors.pages.kinds.goods import Goods
from tests.connectors.pages.kinds.samples import Sample, other
from tests.connectors.pages.kinds.themes import HOST, SHOP, Theme, fill


def _page(theme: Theme, kind: str, title: str, main: str, marked: bool, head: str = "") -> Sample:
    return Sample(theme.url(kind), theme.page(kind, title, main, head=head, marked=marked))


# --- a visitor's own pages


@other("account")
def cart_with_one_line(goods: Goods, theme: Theme, marked: bool) -> Sample:
    return _page(theme, "cart", "Panier", theme.basket([goods.thing()]), marked)


@other("account")
def cart_with_lines_and_suggestions(goods: Goods, theme: Theme, marked: bool) -> Sample:
    main = theme.basket(goods.things(3)) + theme.beside(goods.things(4), "Vous serez peut-être intéressé par…")
    return _page(theme, "cart", "Panier", main, marked)


@other("account")
def empty_cart(goods: Goods, theme: Theme, marked: bool) -> Sample:
    main = "<h1>Panier</h1><p>Votre panier est actuellement vide.</p>" + theme.beside(
        goods.things(4), "Nos meilleures ventes"
    )
    return _page(theme, "cart", "Panier", main, marked)


@other("account")
def checkout(goods: Goods, theme: Theme, marked: bool) -> Sample:
    things = goods.things(2)
    rows = "".join(f"<tr><td>{one.name} × 1</td><td>{theme.money(one.cents)}</td></tr>" for one in things)
    main = (
        "<h1>Commande</h1><form><h2>Adresse de livraison</h2><input name='prenom'><input name='nom'><input name='adresse'><input name='cp'>"
        f"<h2>Votre commande</h2><table>{rows}<tr><td>Livraison</td><td>{theme.money(490)}</td></tr><tr><td>Total</td><td>"
        f"{theme.money(sum(one.cents for one in things) + 490)}</td></tr></table><input type='radio' name='paiement'> Carte bancaire<button>Payer</button></form>"
    )
    return _page(theme, "checkout", "Commande", main, marked)


@other("account")
def login(goods: Goods, theme: Theme, marked: bool) -> Sample:
    return _page(theme, "login", "Connexion", theme.login, marked)


@other("account")
def registration(goods: Goods, theme: Theme, marked: bool) -> Sample:
    main = "<h1>Créer un compte</h1><form><input name='nom'><input name='email'><input type='password' name='a'><input type='password' name='b'><button>S'inscrire</button></form>"
    return _page(theme, "login", "Créer un compte", main, marked)


@other("account")
def orders(goods: Goods, theme: Theme, marked: bool) -> Sample:
    rows = "".join(
        f"<tr><td><a href='?commande={one.number}'>n° {one.number}</a></td><td>12 mars 2024</td><td>Expédiée</td><td>{theme.money(one.cents)}</td></tr>"
        for one in goods.things(5)
    )
    return _page(theme, "login", "Mes commandes", f"<h1>Mes commandes</h1><table>{rows}</table>", marked)


@other("account")
def wish_list(goods: Goods, theme: Theme, marked: bool) -> Sample:
    return _page(
        theme, "wish", "Ma liste de souhaits", f"<h1>Ma liste de souhaits</h1>{theme.tiles(goods.things(3))}", marked
    )


@other("account")
def wish_list_of_one(goods: Goods, theme: Theme, marked: bool) -> Sample:
    return _page(theme, "wish", "Mes favoris", f"<h1>Mes favoris</h1>{theme.tiles([goods.thing()])}", marked)


@other("account")
def order_confirmation(goods: Goods, theme: Theme, marked: bool) -> Sample:
    thing = goods.thing()
    main = (
        f"<h1>Merci pour votre commande</h1><p>Commande n° 1432, le 12 mars 2024.</p><ul><li>{thing.name} × 1 : {theme.money(thing.cents)}</li></ul>"
        f"<p>Total : <strong>{theme.money(thing.cents + 490)}</strong></p><p>Un e-mail de confirmation vous a été envoyé.</p>"
    )
    return _page(theme, "order", "Commande reçue", main, marked)


@other("listing|other|account")
def comparison(goods: Goods, theme: Theme, marked: bool) -> Sample:
    things = goods.things(3, "outillage")
    cells = "".join(
        f"<td><a href='{theme.url('product', one).removeprefix(HOST)}'><img src='/img/{one.number}.jpg'><br>{one.name}</a></td>"
        for one in things
    )
    prices = "".join(f"<td>{theme.shown_price(one)}</td>" for one in things)
    main = f"<h1>Comparer les produits</h1><table><tr><th></th>{cells}</tr><tr><th>Prix</th>{prices}</tr><tr><th>Poids</th><td>2 kg</td><td>3 kg</td><td>1 kg</td></tr></table>"
    return Sample(HOST + "/comparateur?ids=4,8,9", theme.page("page", "Comparer", main, marked=marked))


# --- articles


@other("article")
def post(goods: Goods, theme: Theme, marked: bool) -> Sample:
    title = "Une journée à l'atelier"
    return _page(theme, "post", title, theme.article(goods, title, goods.paragraphs(7)), marked, markup.posting(title))


@other("article|other")
def post_without_markup(goods: Goods, theme: Theme, marked: bool) -> Sample:
    title = "Comment entretenir le cuir ?"
    return _page(theme, "post", title, theme.article(goods, title, goods.paragraphs(8)), marked)


@other("article")
def post_with_a_product_box(goods: Goods, theme: Theme, marked: bool) -> Sample:
    title = "Nos essais : la perceuse de l'année"
    text = (
        goods.paragraphs(4)
        + f'<div class="encart">{theme.tiles([goods.thing("outillage")])}</div>'
        + goods.paragraphs(3)
    )
    return _page(theme, "post", title, theme.article(goods, title, text), marked, markup.posting(title))


@other("article")
def post_with_a_product_review(goods: Goods, theme: Theme, marked: bool) -> Sample:
    """A test with the Product's markup, for the stars in search results."""
    thing = goods.thing("outillage")
    title = f"Test : {thing.name}"
    text = goods.paragraphs(6) + f"<p>Vendu autour de {theme.money(thing.cents)}.</p>" + goods.paragraphs(3)
    head = markup.posting(title, "Article") + markup.script(markup.product(theme, thing, url=False))
    return _page(theme, "post", title, theme.article(goods, title, text), marked, head)


@other("article|listing|other")
def blog(goods: Goods, theme: Theme, marked: bool) -> Sample:
    posts = "".join(
        f'<div class="billet"><a href="/blog/{n}"><img src="/img/b{n}.jpg"></a><h2><a href="/blog/{n}">Billet n° {n}</a></h2><p>{goods.text(2)}</p></div>'
        for n in range(6)
    )
    return _page(theme, "blog", "Le blog", f"<h1>Le blog</h1>{posts}", marked)


@other("article")
def recipe(goods: Goods, theme: Theme, marked: bool) -> Sample:
    title = "Émail maison au cobalt"
    data = {
        "@context": "https://schema.org",
        "@type": "Recipe",
        "name": title,
        "recipeIngredient": ["silice", "oxyde de cobalt"],
        "totalTime": "PT2H",
    }
    text = "<ul><li>500 g de silice</li><li>20 g de cobalt (environ 8 €)</li></ul>" + goods.paragraphs(5)
    return _page(theme, "post", title, theme.article(goods, title, text), marked, markup.script(data))


# --- services


@other("other|article")
def delivery(goods: Goods, theme: Theme, marked: bool) -> Sample:
    rows = "".join(
        f"<tr><td>Jusqu'à {kilos} kg</td><td>{theme.money(390 + 200 * kilos)}</td></tr>" for kilos in range(1, 6)
    )
    main = f"<h1>Livraison et retours</h1><table>{rows}</table><p>Livraison offerte dès 60 € d'achat.</p>{goods.paragraphs(2)}"
    return _page(theme, "page", "Livraison", main, marked)


@other("other|article")
def terms(goods: Goods, theme: Theme, marked: bool) -> Sample:
    main = (
        f"<h1>Conditions générales de vente</h1>{goods.paragraphs(12)}<p>Une pénalité forfaitaire de 40 € est due.</p>"
    )
    return _page(theme, "page", "CGV", main, marked, markup.graph("article", "CGV"))


@other("other")
def contact(goods: Goods, theme: Theme, marked: bool) -> Sample:
    main = "<h1>Contact</h1><form><input name='nom'><input name='email'><textarea name='message'></textarea><button>Envoyer</button></form><p>12 rue du Four</p>"
    return _page(theme, "page", "Contact", main, marked, markup.site())


@other("other|article")
def reviews(goods: Goods, theme: Theme, marked: bool) -> Sample:
    """Customers' opinions on the shop, marked up as a product."""
    data = {
        "@context": "https://schema.org",
        "@type": "Product",
        "name": SHOP,
        "aggregateRating": {"@type": "AggregateRating", "ratingValue": 4.8, "reviewCount": 91},
    }
    said = "".join(f"<div class='avis'><b>{goods.person()}</b> 5/5<p>{goods.text(1)}</p></div>" for _ in range(10))
    return _page(theme, "page", "Avis clients", f"<h1>Ils parlent de nous</h1>{said}", marked, markup.script(data))


@other("other|listing")
def not_found(goods: Goods, theme: Theme, marked: bool) -> Sample:
    main = "<h1>Page introuvable</h1><p>Cette page n'existe pas ou plus.</p>" + theme.beside(
        goods.things(4), "Nos meilleures ventes"
    )
    return Sample(
        theme.url("product", goods.thing()), theme.page("page", "Erreur 404", main, marked=marked), status=404
    )


@other("other|listing")
def gone_product(goods: Goods, theme: Theme, marked: bool) -> Sample:
    """A soft 404: status 200, a product's address, other products below."""
    main = "<h1>Ce produit n'existe plus</h1><p>Il a quitté notre catalogue.</p>" + theme.beside(
        goods.things(4), "Produits similaires"
    )
    return Sample(theme.url("product", goods.thing()), theme.page("page", "Produit indisponible", main, marked=marked))


# --- in the way


def _bare(title: str, body: str, *, status: int = 200, head: str = "") -> Sample:
    whole = fill(
        '<!doctype html><html><head><meta charset="utf-8"><title>$title</title>$head</head><body>$body</body></html>',
        title=title,
        head=head,
        body=body,
    )
    return Sample(HOST + "/produit/bol", whole.encode(), status)


@other("blocked")
def cloudflare(goods: Goods, theme: Theme, marked: bool) -> Sample:
    body = '<div class="main-wrapper"><noscript>Enable JavaScript and cookies to continue</noscript></div><script>window._cf_chl_opt={cvId:"3"};</script>'
    return _bare("Just a moment...", body, status=403)


@other("blocked")
def data_dome(goods: Goods, theme: Theme, marked: bool) -> Sample:
    body = '<p id="cmsg">Please enable JS and disable any ad blocker</p><script>var dd={"cid":"x"}</script><script src="https://ct.captcha-delivery.com/c.js"></script>'
    return _bare("boutique.example", body)


@other("blocked")
def captcha(goods: Goods, theme: Theme, marked: bool) -> Sample:
    body = "<h1>Vérification de sécurité</h1><p>Confirmez que vous n'êtes pas un robot pour continuer.</p><div class='g-recaptcha'></div>"
    return _bare("Vérification", body)


@other("blocked")
def forbidden(goods: Goods, theme: Theme, marked: bool) -> Sample:
    return _bare(
        "403 Forbidden", "<h1>Forbidden</h1><p>You don't have permission to access this resource.</p>", status=403
    )


@other("blocked")
def denied(goods: Goods, theme: Theme, marked: bool) -> Sample:
    return _bare(
        "Accès refusé",
        "<h1>Accès refusé</h1><p>Votre adresse a été bloquée par notre pare-feu. Référence : 18.ab12</p>",
    )


@other("blocked")
def maintenance(goods: Goods, theme: Theme, marked: bool) -> Sample:
    body = "<div id='content'><h1>Nous serons bientôt de retour.</h1><p>Notre boutique est en maintenance. Merci de votre patience.</p></div>"
    return _bare(SHOP, body, status=503)


@other("blocked")
def closed(goods: Goods, theme: Theme, marked: bool) -> Sample:
    body = "<h1>Boutique fermée</h1><p>Nous sommes en congés jusqu'au 2 septembre. Les commandes reprendront à notre retour.</p>"
    return _bare(SHOP, body)


@other("blocked")
def behind_a_password(goods: Goods, theme: Theme, marked: bool) -> Sample:
    body = (
        "<h1>Ouverture prochaine</h1><p>Cette boutique est protégée par un mot de passe.</p><form action='/password' method='post'><input type='password' name='password'>"
        "<button>Entrer</button></form>"
    )
    return _bare(SHOP, body)


@other("shell")
def scripts_only(goods: Goods, theme: Theme, marked: bool) -> Sample:
    body = '<noscript>Vous devez activer JavaScript pour utiliser ce site.</noscript><div id="root"></div><script src="/static/js/main.4f2.js"></script>'
    return _bare(SHOP, body, head='<link rel="stylesheet" href="/static/css/main.css">')


@other("shell")
def scripts_with_state(goods: Goods, theme: Theme, marked: bool) -> Sample:
    body = (
        "<app-root></app-root><script>window.__CONFIG__={"
        + ",".join(f'"k{n}":"{n}"' for n in range(400))
        + '}</script><script type="module" src="/main.js"></script>'
    )
    return _bare(SHOP, body)
