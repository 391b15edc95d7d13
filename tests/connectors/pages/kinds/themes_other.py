# ruff: noqa: E501  lines of HTML
"""Themes in the manner of sites on nothing that is known: tables of 2010, Bootstrap, VirtueMart, Wix, a French host."""

from __future__ import annotations

from tests.connectors.pages.kinds.themes import Theme
from tests.connectors.pages.kinds.themes_cms import MAGENTO, PS16, PS17, SHOPIFY, WOO

TABLES = Theme(
    name="tables2010",
    paths={
        "home": "/",
        "product": "/article.php?ref=$id",
        "category": "/rayon.php?cat=$category",
        "search": "/recherche.php?mot=bol",
        "cart": "/panier.php",
        "checkout": "/commande.php",
        "login": "/client.php",
        "page": "/$slug.htm",
        "post": "/actualites.php?id=7",
        "tag": "/promos.php",
        "brand": "/fabricant.php?id=3",
        "next": "/rayon.php?cat=$category&page=2",
        "order": "/merci.php?cde=112",
        "wish": "/favoris.php",
        "blog": "/actualites.php",
    },
    bodies={"page": 'bgcolor="#FFFFFF" text="#333333"'},
    price='<font color="#CC0000"><b>$amount &euro;</b></font>',
    old="<strike>$old</strike> $now",
    shell="""<table width="980" align="center" cellpadding="0"><tr><td colspan="2"><img src="/images/bandeau.gif" alt="$shop"></td></tr><tr><td width="180" valign="top"><b>Nos rayons</b><ul>$menu</ul><p><a
href="/panier.php">Voir mon panier</a><br>0 article : 0,00 &euro;</p><p><a href="$account">Espace client</a></p></td><td valign="top">$main</td></tr><tr><td colspan="2"><font size="1">Tous nos prix
s'entendent TTC. <a href="/cgv.htm">Conditions de vente</a></font></td></tr></table>""",
    card="""<td width="33%" align="center"><a href="$url"><img src="$image" border="0" width="120"></a><br><a href="$url"><b>$name</b></a><br>$price<br><a
href="/panier.php?ajout=$id"><img src="/images/ajouter.gif" alt="Ajouter" border="0"></a></td>""",
    grid='<table width="100%" cellspacing="6">$cards</table>',
    rows=3,
    row="<tr>$cards</tr>",
    product="""<table width="100%"><tr><td width="300"><img src="$image" width="280"></td><td valign="top"><h1><font size="4">$name</font></h1><p>R&eacute;f. $sku - $brand</p><p>$description</p><p>Prix :
$price TTC</p><p>Disponibilit&eacute; : $stock</p>$begin<form action="/panier.php" method="get">$options Quantit&eacute; <input type="text" name="qte" size="2" value="1"><input type="hidden" name="ajout"
value="$id"><input type="submit" value="Ajouter au panier"></form>$end</td></tr></table>$below""",
    related="<p><b>$heading</b></p>$grid",
    sort='<p>12 articles dans ce rayon - Trier par <a href="?tri=prix">prix</a> | <a href="?tri=nom">nom</a></p>',
    pager='<p align="center">Pages : <b>1</b> <a href="?page=2">2</a> <a href="?page=3">3</a> <a href="?page=2">suivante &gt;</a></p>',
    cart_line='<tr><td><a href="$url">$name</a></td><td><input type="text" name="q$id" value="1" size="2"></td><td>$price</td><td>$price</td><td><a href="/panier.php?suppr=$id">Supprimer</a></td></tr>',
    cart='<h1>Votre panier</h1><form action="/panier.php"><table border="1" width="100%"><tr><th>Article</th><th>Quantit&eacute;</th><th>Prix unitaire</th><th>Total</th></tr>$lines<tr><td colspan="3">Total de votre '
    'commande</td><td>$total</td></tr></table><input type="submit" value="Commander"></form>',
    login='<h1>Espace client</h1><form method="post">E-mail <input name="mail"> Mot de passe <input type="password" name="mdp"><input type="submit" value="Entrer"></form>',
    post="<h1>$title</h1><p><i>Le $date, par $author</i></p>$text",
)

BOOTSTRAP = Theme(
    name="bootstrap",
    paths={
        "home": "/",
        "product": "/$slug-$id",
        "category": "/$category",
        "search": "/recherche?q=bol",
        "cart": "/mon-panier",
        "checkout": "/commande/adresse",
        "login": "/se-connecter",
        "page": "/$slug",
        "post": "/le-blog/carnet-d-atelier",
        "tag": "/bonnes-affaires",
        "brand": "/nos-marques/kermadec",
        "next": "/$category/2",
        "order": "/commande/merci",
        "wish": "/mes-envies",
        "blog": "/le-blog",
    },
    bodies={"page": 'class="bg-light"'},
    price="$amount €",
    old='<span class="text-decoration-line-through text-muted">$old</span> $now',
    shell="""<nav class="navbar navbar-expand-lg"><div class="container"><a class="navbar-brand" href="/">$shop</a><ul class="navbar-nav">$menu</ul><form class="d-flex" action="/recherche"><input class="form-control"
name="q"></form><a class="btn" href="/mon-panier"><i class="bi-cart"></i> 0,00 €</a><div class="modal" id="login"><form><input type="password" name="password"><button>Connexion</button></form></div></div></nav><div
class="container my-4">$main</div><footer class="bg-dark"><div class="container"><a href="$account">Compte</a><a href="/mentions-legales">Mentions légales</a></div></footer>""",
    card="""<div class="col mb-5"><div class="card h-100"><img class="card-img-top" src="$image"><div class="card-body p-4"><div class="text-center"><small><a href="$brand_url">$brand</a></small><h5
class="fw-bolder">$name</h5>$price</div></div><div class="card-footer"><a class="btn btn-outline-dark mt-auto" href="$url">Voir le produit</a></div></div></div>""",
    grid='<div class="row gx-4 row-cols-2 row-cols-md-3">$cards</div>',
    product="""<section class="py-5"><div class="row gx-4"><div class="col-md-6"><img class="card-img-top" src="$image"></div><div class="col-md-6"><div class="small mb-1">Réf. $sku</div><h1 class="display-5
fw-bolder">$name</h1><div class="fs-5 mb-5"><span>$price</span></div><p class="lead">$description</p><p>$stock</p>$options$begin<div class="d-flex"><input class="form-control" id="inputQuantity" type="num"
value="1"><button class="btn btn-outline-dark" type="button"><i class="bi-cart-fill"></i> Ajouter au panier</button></div>$end</div></div></section>$below""",
    related='<section class="py-5 bg-light"><div class="container"><h2 class="fw-bolder mb-4">$heading</h2>$grid</div></section>',
    sort='<div class="d-flex justify-content-between"><span>43 produits</span><select class="form-select"><option>Trier par prix</option><option>Trier par nom</option></select></div>',
    pager='<ul class="pagination"><li class="page-item active"><a class="page-link">1</a></li><li class="page-item"><a class="page-link" href="?page=2">2</a></li></ul>',
    cart_line='<div class="row border-bottom py-2"><div class="col-2"><img src="$image"></div><div class="col-5"><a href="$url">$name</a></div><div class="col-2"><input class="form-control" type="number" name="qty" value="1"></div><div '
    'class="col-3 text-end">$price</div></div>',
    cart='<h1 class="h3">Mon panier</h1><div class="card"><div class="card-body">$lines<div class="text-end">Total : <strong>$total</strong></div><a class="btn btn-primary" href="/commande/adresse">Passer la commande</a></div></div>',
    login='<h1 class="h3">Se connecter</h1><form method="post"><input class="form-control" name="email"><input type="password" class="form-control" name="password"><button class="btn btn-primary">Se connecter</button></form>',
    post='<div class="row"><div class="col-lg-8"><h1>$title</h1><p class="text-muted">$date · $author</p>$text</div></div>',
)

VIRTUEMART = Theme(
    name="virtuemart",
    paths={
        "home": "/",
        "product": "/boutique/$category/$slug-detail",
        "category": "/boutique/$category",
        "search": "/boutique/resultats,1-12?keyword=bol",
        "cart": "/boutique/cart",
        "checkout": "/boutique/editaddresscheckoutBT",
        "login": "/boutique/user",
        "page": "/$slug",
        "post": "/actualites/12-carnet-d-atelier",
        "tag": "/boutique/nouveautes",
        "brand": "/boutique/manufacturer/kermadec",
        "next": "/boutique/$category/results,13-24",
        "order": "/boutique/orderdone",
        "wish": "/boutique/favoris",
        "blog": "/actualites",
    },
    bodies={
        "product": 'class="site com_virtuemart view-productdetails no-layout itemid-101"',
        "category": 'class="site com_virtuemart view-category itemid-101"',
        "next": 'class="site com_virtuemart view-category"',
        "tag": 'class="site com_virtuemart view-category"',
        "brand": 'class="site com_virtuemart view-category"',
        "search": 'class="site com_virtuemart view-category"',
        "cart": 'class="site com_virtuemart view-cart"',
        "home": 'class="site com_content view-featured"',
        "post": 'class="site com_content view-article"',
        "page": 'class="site com_content view-article"',
        "login": 'class="site com_users view-login"',
    },
    price='<div class="PricesalesPrice vm-display vm-price-value"><span class="PricesalesPrice">$amount €</span></div>',
    old='<span class="price-crossed">$old</span>$now',
    shell="""<div class="body"><header class="header"><a class="brand" href="/">$shop</a></header><nav class="navigation"><ul class="nav menu">$menu</ul></nav><div class="row-fluid"><div id="sidebar" class="span3"><div
class="vmCartModule" id="vmCartModule"><div class="total_products">Panier vide</div><div class="total">0,00 €</div></div><form id="login-form"><input type="password" name="password"><a
href="$account">Mot de passe oublié ?</a></form></div><main id="content" class="span9">$main</main></div></div><footer class="footer">© $shop</footer>""",
    card="""<div class="product vm-col vm-col-3 vertical-separator"><div class="spacer product-container"><div class="vm-product-media-container"><a title="$name" href="$url"><img src="$image"
class="browseProductImage"></a></div><div class="vm-product-descr-container-1"><h2><a href="$url">$name</a></h2></div><div class="vm3pr-3"><div class="product-price" id="productPrice$id">$price</div></div><div
class="addtocart-area"><form method="post" class="product js-recalculate" action="/boutique"><span class="quantity-box"><input type="text" class="quantity-input" name="quantity[]" value="1"></span><input
type="submit" name="addtocart" class="addtocart-button" value="Ajouter au panier"></form></div></div></div>""",
    grid='<div class="browse-view">$cards</div>',
    rows=4,
    row='<div class="row">$cards<div class="clear"></div></div>',
    product="""<div class="product-container productdetails-view productdetails"><div class="back-to-category"><a href="/boutique/poterie">Retour à : Poterie</a></div><h1>$name</h1><div class="vm-product-container"><div
class="main-image"><img src="$image"></div><div class="spacer-buy-area"><div class="product-price" id="productPrice$id">$price</div><div class="addtocart-area"><form method="post" class="product js-recalculate"
action="/boutique">$options$begin<div class="addtocart-bar"><input type="text" class="quantity-input" name="quantity[]" value="1"><input type="submit" name="addtocart" class="addtocart-button" value="Ajouter au
panier"></div>$end</form></div><div class="availability">$stock</div></div></div><div class="product-description">$description</div>$below</div>""",
    related='<div class="product-related-products"><h4>$heading</h4>$grid</div>',
    sort='<div class="orderby-displaynumber"><div class="orderlistcontainer"><div class="title">Trier par</div><a href="?orderby=prix">Prix</a></div><div class="display-number">Résultats 1 - 12 sur 30</div></div>',
    pager='<div class="vm-pagination"><ul><li class="active">1</li><li><a class="pagenav" href="?start=12">2</a></li><li><a title="Suivant" href="?start=12" class="pagenav">Suivant</a></li></ul></div>',
    cart_line='<tr class="sectiontableentry1"><td><a href="$url">$name</a></td><td>REF$id</td><td class="vm-cart-item-basicprice">$price</td><td><input type="text" name="quantity[$id]" value="1"></td><td>$price</td></tr>',
    cart='<div class="cart-view vm-cart-header"><h1>Panier</h1><form id="checkoutForm"><fieldset><table class="cart-summary">$lines</table></fieldset><div>Total : $total</div><button class="vm-button-correct">Confirmer la commande</button></form></div>',
    login='<div class="login"><h1>Connexion</h1><form class="form-validate"><input name="username"><input type="password" name="password"><button>Connexion</button></form></div>',
    post='<div class="item-page" itemscope itemtype="https://schema.org/Article"><h2 itemprop="headline">$title</h2><dl class="article-info"><dd>Écrit par $author</dd><dd><time>$date</time></dd></dl><div itemprop="articleBody">$text</div></div>',
    head='<meta name="generator" content="Joomla! - Open Source Content Management">',
)

WIX = Theme(
    name="wix",
    paths={
        "home": "/",
        "product": "/product-page/$slug",
        "category": "/category/$category",
        "search": "/search-results?q=bol",
        "cart": "/cart-page",
        "checkout": "/checkout",
        "login": "/account/my-account",
        "page": "/$slug",
        "post": "/post/carnet-d-atelier",
        "tag": "/promotions",
        "brand": "/kermadec",
        "next": "/category/$category?page=2",
        "order": "/thank-you-page/ab-12",
        "wish": "/account/my-wishlist",
        "blog": "/blog",
    },
    bodies={"page": 'class="responsive"'},
    price='<span data-hook="product-item-price-to-pay" data-wix-price="$amount €">$amount €</span>',
    old='<span data-hook="product-item-price-before-discount">$old</span>$now',
    shell="""<div id="SITE_CONTAINER"><div id="site-root"><header id="SITE_HEADER"><div data-testid="richTextElement"><p class="font_8"><a href="/">$shop</a></p></div><nav><ul>$menu</ul></nav><button
aria-label="Panier avec 0 articles"><svg></svg></button></header><main id="PAGES_CONTAINER"><div id="SITE_PAGES"><div class="TPASection">$main</div></div></main><footer id="SITE_FOOTER"><a
href="$account">Connexion</a></footer></div></div>""",
    card="""<li data-hook="product-list-grid-item"><div data-slug="$id" role="group" aria-label="Galerie de $name" data-hook="product-item-root"><a href="$url" tabindex="-1" class="oQUvqL x5qIv3"
data-hook="product-item-container"><div class="naKhn4"><img src="$image"></div></a><div class="ETPbIy"><a href="$url" data-hook="product-item-product-details-link"><p data-hook="product-item-name">$name</p><div
data-hook="prices-container"><span class="sr">Prix</span>$price</div></a></div><div class="vIMQvB"><button data-hook="product-item-add-to-cart-button">Ajouter au panier</button></div></div></li>""",
    grid='<section data-hook="product-list" aria-label="Galerie de produits"><ul data-hook="product-list-wrapper" class="S4WbK">$cards</ul></section>',
    product="""<article class="D1lqUy" data-hook="product-page"><div class="_2mVqV"><img src="$image"></div><div class="_3j0qu"><h1 data-hook="product-title" class="_2qrJF">$name</h1><div data-hook="sku">UGS : $sku</div><div
data-hook="product-price"><span data-hook="formatted-primary-price">$price</span></div>$options<p>$stock</p>$begin<div data-hook="number-input-spinner-container"><input type="number" value="1"></div><button
data-hook="add-to-cart"><span>Ajouter au panier</span></button><button data-hook="buy-now-button">Commander et payer</button>$end<pre data-hook="description">$description</pre></div></article>$below""",
    related='<section data-hook="related-products-gallery"><h2 data-hook="products-gallery-title">$heading</h2>$grid</section>',
    sort='<div data-hook="sort-by"><span>Trier par : Recommandé</span></div><div data-hook="filters">Filtrer par prix</div>',
    pager='<a data-hook="load-more-button" href="?page=2">Charger plus</a>',
    cart_line='<li data-hook="CartItemDataHook.root"><img src="$image"><a data-hook="CartItemDataHook.name" href="$url">$name</a><p data-hook="CartItemDataHook.price">$price</p><input type="number" aria-label="Quantité" value="1"><div>$price</div></li>',
    cart='<section data-hook="CartAppDataHook.root"><h1>Mon panier</h1><ul>$lines</ul><h2>Résumé de la commande</h2><dl><dt>Total</dt><dd>$total</dd></dl><button>Paiement</button></section>',
    login='<section><h1>Se connecter</h1><form><input type="email"><input type="password"><button>Connexion</button></form></section>',
    post='<article data-hook="post"><h1 data-hook="post-title">$title</h1><span data-hook="user-name">$author</span><span data-hook="time-ago">$date</span><div data-hook="post-description">$text</div></article>',
    head='<meta name="generator" content="Wix.com Website Builder">',
)

FRENCH = Theme(
    name="frenchsaas",
    paths={
        "home": "/",
        "product": "/$slug-p-$id.html",
        "category": "/$category-c-12.html",
        "search": "/rechercher.html?txt=bol",
        "cart": "/panier.html",
        "checkout": "/identification.html",
        "login": "/mon-compte.html",
        "page": "/$slug.html",
        "post": "/blog/carnet-d-atelier-b-4.html",
        "tag": "/promos.html",
        "brand": "/marque-kermadec-m-3.html",
        "next": "/$category-c-12.html?page=2",
        "order": "/paiement-accepte.html",
        "wish": "/mes-favoris.html",
        "blog": "/blog.html",
    },
    bodies={"page": 'id="corps"'},
    price='<span class="prix">$amount<sup>€ TTC</sup></span>',
    old='<span class="prix_barre">$old</span><span class="prix_promo">$now</span>',
    shell="""<div id="conteneur"><div id="haut"><a id="logo" href="/"><img src="/logo.png" alt="$shop"></a><div id="panier_haut"><a href="/panier.html">Mon panier : <span>0 article</span> 0,00 €</a></div></div><ul
id="menu_horizontal">$menu</ul><div id="gauche"><div class="bloc"><div class="titre">Newsletter</div><input type="text" name="email"></div></div><div id="centre">$main</div><div id="bas">Paiement sécurisé - Livraison
4,90 € - <a href="$account">Mon compte</a></div></div>""",
    card="""<div class="fiche_liste"><div class="vignette"><a href="$url"><img src="$image"></a></div><div class="infos"><a class="nom_produit" href="$url">$name</a><p>En stock, expédié sous 48 h</p>$price</div><form
action="/panier.html" method="post"><input type="hidden" name="idp" value="$id"><input type="text" name="qte" value="1" size="2"><input type="submit" value="Acheter"></form></div>""",
    grid='<div class="liste_produits">$cards<div class="clear"></div></div>',
    product="""<div id="fil"><a href="/">Accueil</a> &gt; <a href="/poterie-c-12.html">Poterie</a></div><div id="fiche_produit"><div id="photo"><img src="$image"></div><h1>$name</h1><div class="ref">Réf : $sku</div><div
class="bloc_prix">$price</div><div class="stock">$stock</div>$options$begin<form action="/panier.html" method="post"><input type="hidden" name="idp" value="$id">Qté : <input type="text" name="qte" value="1"><input
type="submit" class="bouton" value="Acheter"></form>$end<div id="description">$description</div></div>$below""",
    related='<div class="bloc"><div class="titre">$heading</div>$grid</div>',
    sort='<div class="tri">Trier par : <a href="?tri=prix_asc">Prix croissant</a> <a href="?tri=prix_desc">Prix décroissant</a> - 12 produits</div>',
    pager='<div class="numeros"><span>1</span> <a href="?page=2">2</a> <a href="?page=2">Page suivante</a></div>',
    cart_line='<tr><td><img src="$image" width="50"></td><td><a href="$url">$name</a></td><td><input type="text" name="qte[$id]" value="1"></td><td>$price</td><td><a href="?suppr=$id">x</a></td></tr>',
    cart='<h1>Mon panier</h1><form><table id="tableau_panier">$lines<tr><td>Total TTC</td><td>$total</td></tr></table><input type="submit" value="Valider mon panier"></form>',
    login='<h1>Mon compte</h1><p>Déjà client ?</p><form><input name="login"><input type="password" name="pass"><input type="submit" value="Valider"></form>',
    post='<h1>$title</h1><div class="date">$date - $author</div><div class="texte">$text</div>',
)

THEMES = (WOO, PS16, PS17, SHOPIFY, MAGENTO, TABLES, BOOTSTRAP, VIRTUEMART, WIX, FRENCH)
