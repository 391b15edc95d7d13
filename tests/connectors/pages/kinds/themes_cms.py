# ruff: noqa: E501  lines of HTML
"""Themes in the manner of WooCommerce, PrestaShop (two ages), Shopify and Magento."""

from __future__ import annotations

from tests.connectors.pages.kinds.themes import Theme

_WOO_PRICE = '<span class="woocommerce-Price-amount amount"><bdi>$amount&nbsp;<span class="woocommerce-Price-currencySymbol">&euro;</span></bdi></span>'

WOO = Theme(
    name="woo",
    paths={
        "home": "/",
        "product": "/produit/$slug/",
        "category": "/categorie-produit/$category/",
        "search": "/?s=bol&post_type=product",
        "cart": "/panier/",
        "checkout": "/commander/",
        "login": "/mon-compte/",
        "page": "/$slug/",
        "post": "/2024/03/carnet-d-atelier/",
        "tag": "/etiquette-produit/cadeau/",
        "brand": "/marque/kermadec/",
        "next": "/categorie-produit/$category/page/2/",
        "order": "/commander/order-received/1432/?key=wc_order_x",
        "wish": "/liste-de-souhaits/",
        "blog": "/blog/",
    },
    bodies={
        "home": 'class="home page-template-default page page-id-2 theme-storefront woocommerce-no-js"',
        "product": 'class="product-template-default single single-product postid-41 woocommerce woocommerce-page"',
        "category": 'class="archive tax-product_cat term-poterie woocommerce woocommerce-page"',
        "search": 'class="search search-results post-type-archive post-type-archive-product woocommerce woocommerce-page"',
        "cart": 'class="page-template-default page page-id-7 woocommerce-cart woocommerce-page"',
        "checkout": 'class="page page-id-8 woocommerce-checkout woocommerce-page"',
        "login": 'class="page page-id-9 woocommerce-account woocommerce-page"',
        "post": 'class="post-template-default single single-post postid-77 single-format-standard"',
        "page": 'class="page-template-default page page-id-12"',
        "blog": 'class="blog"',
        "order": 'class="page woocommerce-checkout woocommerce-page woocommerce-order-received"',
    },
    price=_WOO_PRICE,
    old='<del aria-hidden="true">$old</del> <ins>$now</ins>',
    shell="""<div id="page" class="hfeed site"><header id="masthead" class="site-header"><div class="site-branding">
<a href="/" rel="home">$shop</a></div><div class="site-search"><form role="search" method="get" action="/"><input type="search"
name="s"><button type="submit">Recherche</button></form></div><nav class="main-navigation"><ul class="menu">$menu</ul></nav>
<ul id="site-header-cart" class="site-header-cart menu"><li><a class="cart-contents" href="/panier/"><span class="woocommerce-Price-amount
amount">0,00&nbsp;<span class="woocommerce-Price-currencySymbol">&euro;</span></span> <span class="count">0 article</span></a>
</li></ul></header><div id="content" class="site-content"><main id="main" class="site-main">$main</main></div><footer class="site-footer">
<a href="/cgv/">CGV</a> <a href="$account">Mon compte</a> <p>Livraison offerte dès 60 € d'achat</p></footer></div>""",
    card="""<li class="product type-product post-$id status-publish instock has-post-thumbnail"><a href="$url"
class="woocommerce-LoopProduct-link"><img src="$image" alt=""><h2 class="woocommerce-loop-product__title">$name</h2><span class="price">$price</span>
</a><a href="?add-to-cart=$id" data-quantity="1" class="button add_to_cart_button ajax_add_to_cart" rel="nofollow">Ajouter au panier</a></li>""",
    grid='<ul class="products columns-4">$cards</ul>',
    product="""<div class="woocommerce-breadcrumb"><a href="/">Accueil</a> / <a href="/categorie-produit/poterie/">Poterie</a></div>
<div id="product-$id" class="product type-product post-$id instock"><div class="woocommerce-product-gallery"><a href="$image"><img src="$image"
class="wp-post-image"></a></div><div class="summary entry-summary"><h1 class="product_title entry-title">$name</h1><p class="price">$price</p>
<p class="stock in-stock">$stock</p>$begin<form class="cart" method="post">$options<div class="quantity"><input type="number" class="input-text qty" name="quantity"
value="1"></div><button type="submit" name="add-to-cart" value="$id" class="single_add_to_cart_button button alt">Ajouter au panier</button>
</form>$end<div class="product_meta">UGS : <span class="sku">$sku</span></div></div><div class="woocommerce-tabs"><h2>Description</h2>
<p>$description</p></div>$below</div>""",
    related='<section class="related products"><h2>$heading</h2>$grid</section>',
    sort='<p class="woocommerce-result-count">Affichage de 1–12 sur 43 résultats</p><form class="woocommerce-ordering"><select name="orderby">'
    "<option>Tri par défaut</option><option>Tri par popularité</option></select></form>",
    pager='<nav class="woocommerce-pagination"><ul class="page-numbers"><li><span class="current">1</span></li><li><a class="page-numbers" '
    'href="page/2/">2</a></li><li><a class="next page-numbers" href="page/2/">→</a></li></ul></nav>',
    cart_line='<tr class="cart_item"><td class="product-remove"><a href="?remove_item=$id" class="remove">×</a></td><td class="product-name"><a '
    'href="$url">$name</a></td><td class="product-price">$price</td><td><input type="number" class="qty" name="cart[$id][qty]" value="1"></td>'
    '<td class="product-subtotal">$price</td></tr>',
    cart="""<h1 class="entry-title">Panier</h1><form class="woocommerce-cart-form" action="/panier/"><table class="shop_table cart"><thead><tr><th>Produit</th>
<th>Prix</th><th>Quantité</th><th>Sous-total</th></tr></thead>$lines</table></form><div class="cart_totals"><h2>Total panier</h2><strong>$total</strong>
<a href="/commander/" class="checkout-button">Valider la commande</a></div>""",
    login="""<h1 class="entry-title">Mon compte</h1><h2>Se connecter</h2><form class="woocommerce-form-login" method="post"><label>Identifiant</label>
<input name="username"><input type="password" name="password"><button name="login">Se connecter</button></form>""",
    head='<meta name="generator" content="WooCommerce 9.1">',
)

_PS_PATHS = {
    "home": "/",
    "product": "/$category/$id-$slug.html",
    "category": "/12-$category",
    "search": "/recherche?controller=search&s=bol",
    "cart": "/panier?action=show",
    "checkout": "/commande",
    "login": "/connexion?back=my-account",
    "page": "/content/4-$slug",
    "post": "/module/blog/carnet-d-atelier",
    "tag": "/nouveaux-produits",
    "brand": "/brand/3-kermadec",
    "next": "/12-$category?page=2",
    "order": "/confirmation-commande?id_cart=41",
    "wish": "/module/blockwishlist/lists",
    "blog": "/module/blog",
}

PS16 = Theme(
    name="prestashop16",
    paths=_PS_PATHS,
    bodies={
        "home": 'id="index" class="index hide-right-column lang_fr"',
        "product": 'id="product" class="product product-41 category-12 lang_fr"',
        "category": 'id="category" class="category category-12 lang_fr"',
        "search": 'id="search" class="search lang_fr"',
        "cart": 'id="order" class="order lang_fr"',
        "checkout": 'id="order-opc" class="order-opc"',
        "login": 'id="authentication" class="authentication"',
        "page": 'id="cms" class="cms cms-4"',
        "post": 'id="module-blog-details"',
        "tag": 'id="new-products" class="new-products"',
        "brand": 'id="manufacturer" class="manufacturer"',
        "next": 'id="category" class="category"',
        "order": 'id="order-confirmation"',
        "wish": 'id="module-blockwishlist-mywishlist"',
        "blog": 'id="module-blog-list"',
    },
    price="$amount €",
    old='<span class="price product-price">$now</span><span class="old-price product-price">$old</span><span class="price-percent-reduction">-15%</span>',
    shell="""<div id="page"><div class="header-container"><header id="header"><a class="login" href="$account">Connexion</a><div id="header_logo"><a href="/"><img
src="/img/logo.jpg" alt="$shop"></a></div><div class="shopping_cart"><a href="/panier" title="Voir mon panier"><b>Panier</b> <span class="ajax_cart_no_product">(vide)</span></a>
<div class="cart_block block"><div class="cart-prices"><span class="price cart_block_shipping_cost">Livraison gratuite !</span> Total <span class="price
ajax_block_cart_total">0,00 €</span></div></div></div><div id="block_top_menu"><ul class="sf-menu">$menu</ul></div></header></div><div class="columns-container">
<div id="columns" class="container"><div class="row"><div id="center_column" class="center_column col-xs-12 col-sm-9">$main</div></div></div></div><div class="footer-container">
<footer id="footer"><form action="/" method="post"><input class="newsletter-input" name="email"></form><a href="/content/3-cgv">Conditions</a></footer></div></div>""",
    card="""<li class="ajax_block_product col-xs-12 col-sm-6 col-md-4"><div class="product-container" itemscope itemtype="http://schema.org/Product"><div class="left-block">
<a class="product_img_link" href="$url" title="$name" itemprop="url"><img src="$image" itemprop="image"></a><a class="quick-view" href="$url">Aperçu rapide</a></div><div
class="right-block"><h5 itemprop="name"><a class="product-name" href="$url">$name</a></h5><div itemprop="offers" itemscope itemtype="http://schema.org/Offer"
class="content_price"><span itemprop="price" class="price product-price">$price</span><meta itemprop="priceCurrency" content="EUR"></div><div class="button-container"><a
class="button ajax_add_to_cart_button" href="/panier?add=1&id_product=$id" rel="nofollow"><span>Ajouter au panier</span></a><a href="$url">Détails</a></div></div></div></li>""",
    grid='<ul class="product_list grid row">$cards</ul>',
    product="""<div class="breadcrumb"><a href="/">Accueil</a> &gt; <a href="/12-poterie">Poterie</a> &gt; $name</div><div itemscope itemtype="https://schema.org/Product"
class="primary_block row"><div class="pb-left-column"><img id="bigpic" itemprop="image" src="$image"></div><div class="pb-center-column"><h1 itemprop="name">$name</h1>
<p id="product_reference">Référence : <span itemprop="sku">$sku</span></p><p id="availability_statut"><span id="availability_value">$stock</span></p></div><div class="pb-right-column">
<form id="buy_block" action="/panier" method="post"><div class="content_prices"><p class="our_price_display" itemprop="offers" itemscope itemtype="https://schema.org/Offer"><span
id="our_price_display" class="price" itemprop="price">$price</span></p></div>$options$begin<p id="quantity_wanted_p"><input type="number" name="qty" id="quantity_wanted"
value="1"></p><p id="add_to_cart"><button type="submit" name="Submit" class="exclusive"><span>Ajouter au panier</span></button></p>$end</form></div></div>
<section class="page-product-box"><h3 class="page-product-heading">En savoir plus</h3><div class="rte">$description</div></section>$below""",
    related='<section class="page-product-box blockproductscategory"><h3 class="productscategory_h3">$heading</h3>$grid</section>',
    sort='<div class="content_sortPagiBar"><form id="productsSortForm"><label>Tri</label><select id="selectProductSort" class="selectProductSort"><option>Le moins cher</option>'
    '<option>De A à Z</option></select></form></div><h2 class="heading-counter">Il y a 12 produits.</h2>',
    pager='<div id="pagination" class="pagination"><ul><li class="active"><span>1</span></li><li><a href="?p=2">2</a></li><li class="pagination_next"><a href="?p=2">Suivant</a></li></ul></div>',
    cart_line='<tr class="cart_item"><td class="cart_product"><a href="$url"><img src="$image"></a></td><td class="cart_description"><p class="product-name"><a href="$url">$name</a></p></td>'
    '<td class="cart_unit"><span class="price">$price</span></td><td><input class="cart_quantity_input" name="quantity_$id" value="1"></td><td class="cart_total"><span class="price">$price</span></td></tr>',
    cart='<h1 id="cart_title" class="page-heading">Récapitulatif de la commande</h1><table id="cart_summary" class="table table-bordered"><tbody>$lines</tbody><tfoot><tr><td>Total TTC</td><td '
    'class="price" id="total_price_container">$total</td></tr></tfoot></table><p class="cart_navigation"><a href="/commande?step=1" class="standard-checkout">Commander</a></p>',
    login='<h1 class="page-heading">Authentification</h1><form id="create-account_form"><h3>Créez votre compte</h3><input name="email_create"></form><form id="login_form"><h3>Déjà enregistré ?</h3>'
    '<input name="email"><input type="password" name="passwd"><button>Connexion</button></form>',
    head='<meta name="generator" content="PrestaShop">',
)

PS17 = Theme(
    name="prestashop17",
    paths=_PS_PATHS | {"product": "/$category/$id-$slug.html"},
    bodies={
        "home": 'id="index" class="lang-fr country-fr currency-eur layout-full-width page-index"',
        "product": 'id="product" class="lang-fr layout-full-width page-product product-id-41 product-available-for-order"',
        "category": 'id="category" class="lang-fr layout-left-column page-category category-id-12"',
        "search": 'id="search" class="lang-fr page-search"',
        "cart": 'id="cart" class="lang-fr page-cart"',
        "checkout": 'id="checkout" class="page-order"',
        "login": 'id="authentication" class="page-customer-account page-authentication"',
        "page": 'id="cms" class="page-cms"',
        "tag": 'id="new-products" class="page-new-products"',
        "brand": 'id="manufacturer" class="page-manufacturer"',
        "next": 'id="category" class="page-category"',
        "order": 'id="order-confirmation" class="page-order-confirmation"',
        "wish": 'id="module-blockwishlist-lists"',
        "post": 'id="module-blog-details"',
        "blog": 'id="module-blog-list"',
    },
    price="$amount&nbsp;€",
    old='<span class="regular-price" aria-label="Prix de base">$old</span><span class="price" aria-label="Prix">$now</span>',
    shell="""<main><header id="header"><nav class="header-nav"><div id="_desktop_user_info"><a href="$account">Connexion</a></div><div id="_desktop_cart"><div class="blockcart
cart-preview inactive"><span>Panier</span> <span class="cart-products-count">(0)</span></div></div></nav><div class="header-top"><h1 class="logo"><a href="/">$shop</a></h1><ul
class="top-menu" id="top-menu">$menu</ul></div></header><section id="wrapper"><div class="container"><div id="content-wrapper"><section id="main">$main</section></div></div></section>
<footer id="footer"><div class="block-social"></div><a href="/content/1-livraison">Livraison</a></footer></main>""",
    card="""<div class="js-product product col-xs-6 col-lg-4"><article class="product-miniature js-product-miniature" data-id-product="$id"><div class="thumbnail-container"><a href="$url"
class="thumbnail product-thumbnail"><img src="$image" loading="lazy"></a><div class="product-description"><h3 class="h3 product-title"><a href="$url">$name</a></h3><div
class="product-price-and-shipping"><span class="price">$price</span></div></div></div></article></div>""",
    grid='<div id="js-product-list"><div class="products row">$cards</div></div>',
    product="""<nav class="breadcrumb"><ol><li><a href="/">Accueil</a></li><li><a href="/12-poterie">Poterie</a></li></ol></nav><div class="row product-container js-product-container"><div class="col-md-6"><img
class="js-qv-product-cover" src="$image"></div><div class="col-md-6"><h1 class="h1">$name</h1><div class="product-prices js-product-prices"><div class="current-price"><span
class="current-price-value" content="1">$price</span></div><div class="tax-shipping-delivery-label">TTC</div></div><div class="product-information"><p>$description</p><div
class="product-actions js-product-actions"><form action="/panier" method="post" id="add-to-cart-or-refresh"><input type="hidden" name="id_product" value="$id">$options$begin<div
class="product-add-to-cart"><input type="number" name="qty" id="quantity_wanted" value="1"><button class="btn btn-primary add-to-cart" data-button-action="add-to-cart"
type="submit">Ajouter au panier</button></div>$end<span id="product-availability">$stock</span></form></div></div><div class="tabs">Référence <span>$sku</span></div></div></div>$below""",
    related='<section class="featured-products clearfix"><p class="h2 products-section-title">$heading</p>$grid</section>',
    sort='<div id="js-product-list-top"><p>Il y a 12 produits.</p><span class="sort-by">Trier par :</span><div class="products-sort-order dropdown"><button>Pertinence</button><a class="select-list" '
    'href="?order=product.price.asc">Prix, croissant</a></div></div>',
    pager='<nav class="pagination"><div>Affichage 1-12 de 19 article(s)</div><ul class="page-list"><li class="current"><a href="?page=1">1</a></li><li><a rel="next" href="?page=2" class="next">Suivant</a></li></ul></nav>',
    cart_line='<li class="cart-item"><div class="product-line-grid"><span class="product-image"><img src="$image"></span><div class="product-line-info"><a class="label" href="$url">$name</a></div><div '
    'class="current-price"><span class="price">$price</span></div><input class="js-cart-line-product-quantity" name="product-quantity-spin" value="1"></div></li>',
    cart='<div class="card cart-container"><h1 class="h1">Panier</h1><div class="cart-overview"><ul class="cart-items">$lines</ul></div></div><div class="card cart-summary"><span class="label">Total TTC</span> '
    '<span class="value">$total</span><a href="/commande" class="btn btn-primary">Commander</a></div>',
    login='<header class="page-header"><h1>Connectez-vous à votre compte</h1></header><section class="login-form"><form id="login-form"><input name="email"><input class="form-control js-visible-password" name="password" '
    'type="password"><button>Connexion</button></form></section>',
    head='<script>var prestashop = {"cart":{"products":[]}};</script>',
)

SHOPIFY = Theme(
    name="shopify",
    paths={
        "home": "/",
        "product": "/products/$slug",
        "category": "/collections/$category",
        "search": "/search?q=bol&type=product",
        "cart": "/cart",
        "checkout": "/checkouts/c/41",
        "login": "/account/login",
        "page": "/pages/$slug",
        "post": "/blogs/journal/carnet-d-atelier",
        "tag": "/collections/all/cadeau",
        "brand": "/collections/vendors?q=Kermadec",
        "next": "/collections/$category?page=2",
        "order": "/41/orders/ab12/authenticate",
        "wish": "/pages/favoris",
        "blog": "/blogs/journal",
    },
    bodies={kind: f'class="template-{kind} gradient"' for kind in ("product", "cart", "search", "page", "blog")}
    | {
        "home": 'class="template-index"',
        "category": 'class="template-collection"',
        "login": 'class="template-customers-login"',
        "post": 'class="template-article"',
        "tag": 'class="template-collection"',
        "brand": 'class="template-collection"',
        "next": 'class="template-collection"',
    },
    price="€$decimal",
    old='<s class="price-item price-item--regular">$old</s><span class="price-item price-item--sale">$now</span>',
    shell="""<div class="announcement-bar"><p>Livraison offerte dès 49 €</p></div><header class="header"><h1 class="header__heading"><a href="/" class="header__heading-link">$shop</a></h1><nav
class="header__inline-menu"><ul class="list-menu">$menu</ul></nav><a href="$account">Connexion</a><a href="/cart" id="cart-icon-bubble">Panier</a></header><cart-drawer class="drawer is-empty"><h2>Votre
panier est vide</h2></cart-drawer><main id="MainContent" class="content-for-layout">$main</main><footer class="footer"><form id="ContactFooter" method="post"><input type="email"></form></footer>""",
    card="""<li class="grid__item"><div class="card-wrapper product-card-wrapper"><div class="card"><div class="card__inner"><div class="card__media"><img src="$image"></div></div><div
class="card__content"><h3 class="card__heading"><a href="$url" id="CardLink-$id" class="full-unstyled-link">$name</a></h3><div class="price"><span
class="visually-hidden">Prix habituel</span><span class="price-item">$price</span></div></div></div></div></li>""",
    grid='<ul id="product-grid" class="grid product-grid grid--2-col">$cards</ul>',
    product="""<section id="MainProduct" class="product grid"><div class="product__media"><img src="$image"></div><div class="product__info-wrapper"><div class="product__title"><h1>$name</h1></div><div
class="price price--large">$price</div><p class="product__inventory">$stock</p><product-form><form method="post" action="/cart/add" id="product-form-$id"><input type="hidden" name="id" value="$id">
$options$begin<quantity-input><input class="quantity__input" type="number" name="quantity" value="1"></quantity-input><button type="submit" name="add" class="product-form__submit">Ajouter
au panier</button>$end</form></product-form><div class="product__description rte">$description</div></div></section>$below""",
    related='<product-recommendations class="related-products"><h2 class="related-products__heading">$heading</h2>$grid</product-recommendations>',
    sort='<div class="facets-container"><form id="FacetFiltersForm"><h2>Filtrer :</h2><select name="sort_by" id="SortBy"><option>En vedette</option><option>Prix : faible à élevé</option></select></form><span '
    'id="ProductCount">12 produits</span></div>',
    pager='<nav class="pagination"><ul class="pagination__list"><li><span>1</span></li><li><a href="?page=2">2</a></li></ul></nav>',
    cart_line='<tr class="cart-item" id="CartItem-$id"><td><img src="$image"></td><td><a href="$url" class="cart-item__name">$name</a><div>$price</div></td><td><input class="quantity__input" name="updates[]" value="1"></td>'
    '<td class="cart-item__totals"><span class="price">$price</span></td></tr>',
    cart='<cart-items><h1 class="title">Votre panier</h1><form action="/cart" id="cart" method="post"><table class="cart-items"><tbody>$lines</tbody></table></form></cart-items><div class="totals"><h2>Total '
    'estimé</h2><p class="totals__total-value">$total</p><button name="checkout">Procéder au paiement</button></div>',
    login='<div class="customer login"><h1 id="login">Connexion</h1><form method="post" action="/account/login"><input name="customer[email]"><input type="password" name="customer[password]"><button>Se '
    "connecter</button></form></div>",
    post='<article class="article-template"><h1 class="article-template__title">$title</h1><span class="caption">$date</span><span>$author</span><div class="article-template__content rte">$text</div></article>',
)

MAGENTO = Theme(
    name="magento",
    paths={
        "home": "/",
        "product": "/$slug.html",
        "category": "/$category.html",
        "search": "/catalogsearch/result/?q=bol",
        "cart": "/checkout/cart/",
        "checkout": "/checkout/",
        "login": "/customer/account/login/",
        "page": "/$slug",
        "post": "/blog/carnet-d-atelier.html",
        "tag": "/promotions.html",
        "brand": "/marques/kermadec.html",
        "next": "/$category.html?p=2",
        "order": "/checkout/onepage/success/",
        "wish": "/wishlist/",
        "blog": "/blog.html",
    },
    bodies={
        "home": 'class="cms-home cms-index-index page-layout-1column"',
        "product": 'class="page-product-configurable catalog-product-view product-bol page-layout-1column"',
        "category": 'class="page-with-filter page-products categorypath-poterie catalog-category-view"',
        "search": 'class="page-products catalogsearch-result-index"',
        "cart": 'class="checkout-cart-index"',
        "checkout": 'class="checkout-index-index"',
        "login": 'class="customer-account-login"',
        "page": 'class="cms-page-view"',
        "post": 'class="blog-post-view"',
        "tag": 'class="page-products catalog-category-view"',
        "brand": 'class="catalog-category-view"',
        "next": 'class="catalog-category-view page-products"',
        "order": 'class="checkout-onepage-success"',
        "wish": 'class="wishlist-index-index"',
    },
    price='<span class="price-container"><span data-price-amount="$decimal" class="price-wrapper"><span class="price">$amount €</span></span></span>',
    old='<span class="special-price">$now</span><span class="old-price"><span class="price-label">Prix normal</span>$old</span>',
    shell="""<div class="page-wrapper"><header class="page-header"><div class="header content"><a class="logo" href="/"><img src="/media/logo.png"></a><div data-block="minicart" class="minicart-wrapper"><a
class="action showcart" href="/checkout/cart/">Mon panier</a></div></div></header><div class="sections nav-sections"><nav class="navigation"><ul>$menu</ul></nav></div><main id="maincontent"
class="page-main"><div class="columns"><div class="column main">$main</div></div></main><footer class="page-footer"><a href="$account">Mon compte</a></footer></div>""",
    card="""<li class="item product product-item"><div class="product-item-info"><a href="$url" class="product photo product-item-photo"><img class="product-image-photo" src="$image"></a><div
class="product details product-item-details"><strong class="product name product-item-name"><a class="product-item-link" href="$url">$name</a></strong><div class="price-box
price-final_price">$price</div><div class="product-item-actions"><form data-role="tocart-form" action="/checkout/cart/add/product/$id/" method="post"><button type="submit" class="action tocart
primary"><span>Ajouter au panier</span></button></form></div></div></div></li>""",
    grid='<div class="products wrapper grid products-grid"><ol class="products list items product-items">$cards</ol></div>',
    product="""<div class="breadcrumbs"><ul class="items"><li><a href="/">Accueil</a></li></ul></div><div class="product-info-main"><div class="page-title-wrapper product"><h1 class="page-title"><span
class="base">$name</span></h1></div><div class="product-info-price"><div class="price-box price-final_price">$price</div><div class="stock available"><span>$stock</span></div><div class="product
attribute sku"><div class="value">$sku</div></div></div><div class="product-add-form"><form action="/checkout/cart/add/product/$id/" method="post" id="product_addtocart_form">$options$begin<div
class="box-tocart"><input type="number" name="qty" id="qty" value="1"><button type="submit" id="product-addtocart-button" class="action primary tocart"><span>Ajouter au
panier</span></button></div>$end</form></div></div><div class="product media"><img src="$image" class="gallery-placeholder__image"></div><div class="product info detailed">$description</div>$below""",
    related='<div class="block related"><div class="block-title title"><strong>$heading</strong></div>$grid</div>',
    sort='<div class="toolbar toolbar-products"><p class="toolbar-amount">Articles 1-12 sur 40</p><div class="toolbar-sorter sorter"><label>Trier par</label><select id="sorter"><option>Position</option></select></div></div>',
    pager='<div class="pages"><ul class="items pages-items"><li class="item current"><strong>1</strong></li><li><a class="page" href="?p=2">2</a></li><li class="pages-item-next"><a class="action next" '
    'href="?p=2">Suivant</a></li></ul></div>',
    cart_line='<tbody class="cart item"><tr class="item-info"><td class="col item"><a class="product-item-photo" href="$url"><img src="$image"></a><strong class="product-item-name"><a href="$url">$name</a></strong></td><td '
    'class="col price">$price</td><td><input class="input-text qty" name="cart[$id][qty]" value="1"></td><td class="col subtotal">$price</td></tr></tbody>',
    cart='<h1 class="page-title">Panier d’achat</h1><form id="form-validate" class="form form-cart" action="/checkout/cart/updatePost/"><table id="shopping-cart-table" class="cart items data table">$lines</table></form><div '
    'class="cart-summary"><strong>Total</strong> $total<button class="action primary checkout">Commander</button></div>',
    login='<h1 class="page-title">Identifiant client</h1><form class="form-login" id="login-form"><input name="login[username]"><input name="login[password]" type="password"><button class="action login primary">Connexion</button></form>',
)
