"""What single words say about a product, in French, English and German: folded (no accents, lower case), singular.

Each word has one meaning here; the first list that has it wins. Lists hold what tells products apart or never does;
ordinary words need no entry.
"""

from __future__ import annotations

from enum import IntEnum
from typing import Final, NamedTuple


class Kind(IntEnum):
    """What a word is for matching."""

    NOTHING = 0
    """Says nothing of what it is: articles, praise, delivery."""
    GENERIC = 1
    """What sort of thing: many products share it, and shops leave it out."""
    COLOUR = 2
    MARK = 3
    """Tells products apart that are otherwise called the same."""
    WORD = 4


class Meaning(NamedTuple):
    kind: Kind
    value: str
    """Canonical word; for marks `class:value`."""


_NOTHING = """
a an and the of in on at to by or as is with w from into per this that your our be are it its au aux avec ce ces cet
cette chez d dans de des du elle en est et il l la le les leur ma mais mon ne ni notre nous on ou par pas plus que qui
s sa se ses son sous sur ta te ton tous tout toute toutes tres un une vos votre y der die das den dem des ein eine
einer eines einem und oder mit von vom zum zur im am auf aus bei ist nicht auch wie achat acheter amazon authentique
autre best bestseller bon boutique brand buy catalogue certifie cher choix colis commande compris complete
conditionnement coupon creation deal destockage disponible dispo ebay envoi exclu exclusif exclusivite expedition
expedie express facile fdp frai franco france free garantie garanti genuine gratuit gratuite guarantee ideal incl
include included inclus incluse livraison meilleur meilleure neu neuf neuve new nouveau nouveaute nouvelle nouvel
occaz offert offerte offre official officiel officielle online original originale originaux originalverpackt paiement
parfait parfaite prix pro-mo produit product produkt promo promotion qualite quality rapide reduction ref reference
remise retail retailpackaging sale satisfait sehr shipping shop solde soldes special speciale stock super superbe top
tva ttc ht value vente verkauf versand versandkostenfrei warranty web www com fr de inc llc ltd limited corp
corporation co company gmbh ag kg sa sas sarl eurl spa srl bv tm r emballage packaging package verpackung jewel ovp
bulk frustration item article artikel modele model modell mod type typ marque marke serie series reihe gamme range
collection kollektion style design look version ver feature features technology technologie high hochwertig pour for
fur fuer convient avec lot lots supports
"""

_GENERIC = """
accessoire accessory adaptateur adapter alimentation aliment ampli amplifier apparat appareil appliance application
art audio auto automatique automatic bain bathroom bar bebe bidon bio bluetooth bocal boisson boite bottle bouteille
box broche bureau camera camescope camcorder caisson canette capsule car carte card casque ceinture cell cellphone
chaise chair chambre chaussure chemise cheveux compact computer confort confortable console controleur cordless corps
couleur colour color farbe creme cream cuisine kitchen cuir cyber decoration deco desktop device diagonal digital
digitale numerique digitalkamera disc disk disque dvd cd blu ray drucker ecran screen display bildschirm ecologique
electric electrique elektrisch electronic electronique electromenager elektro energie equipement equipment ergonomique
extra extension external externe portable portatif facial famille family femelle film finish fitness flacon flat font
format full fonction function game gaming jeu jouet toy spiel spielzeug gel glass verre glas grand grande large big
gross small petit petite klein gourmet gps graphic hard hardware hd hdmi hdtv headphone headset high-tech hightech
home maison haus huile oil imprimante printer impression inkjet laser laserjet informatique integre intelligent smart
interne internal jardin garden kit lampe lamp lampada lave lcd led leather leger legere lens objectif lumiere light
lecteur player license licence lifestyle litre logiciel software lotion machine main maschine massif materiau mat
matelas medium media megapixel memoire memory meuble microphone minute mm mobile moderne modern monitor moniteur
montre watch uhr mouse souris multi multifonction multifunction multimedia music musique naturel naturelle natural
netzteil network reseau nettoyage cleaning nourriture notebook laptop ordinateur office optical optique outdoor outil
tool werkzeug pack pain panel papier paper peau pc phone telephone smartphone telefon handy photo photographie plat
plug pot poudre powder power puissance pratique print projector protection protecteur pull qualitatif radio
rechargeable recepteur receiver remote resistant robot robuste imprime imprimee raye rayee uni unie brode brodee
pliant pliante pliable reglable lavable souple molleton tresse tressee decoratif decorative classique classic
traditionnel rustique ancien ancienne mural murale poil sac bag tasche salle sans-fil savon soap scanner shampoing
shampooing silent silencieux simple soin care speaker enceinte lautsprecher speicher sport spray stainless stereo
stockage storage stylo pen support surround system systeme tablette tablet tactile touch technique tele television
televiseur textile tissu tube tuner universal universel universelle usb utilitaire vaisselle vehicule velo bike
vetement video vin visage voiture wasser water eau waterproof etanche wide wifi wi-fi wi fi wired filaire wireless
sans fil tv fernseher drahtlos wlan zoom dslr slr reflex hi res resolution port ports speed vitesse way channel canal
band bande drive drives feuille sheet page user utilisateur single double full-hd ultra-hd uhd hdd ssd ram ddr sdram
rom processor processeur intel core amd nvidia ghz build built standalone entertainment education learning business
program programm programme tax finance editing production computers electronics appliances accessories stationery
machinery general
"""

_COLOURS = {
    "noir": "noir noire black schwarz nero negro nr blk bk onyx ebene jet",
    "blanc": "blanc blanche white weiss weis bianco blanco wht ivoire ivory ecru ",
    "gris": "gris grise grey gray grau anthracite graphite ardoise slate titane titanium titan gunmetal charcoal",
    "argent": "argent argente argentee silver silber silb slv chrome",
    "or": "dore doree gold golden ",
    "rouge": "rouge red rot rosso rojo bordeaux burgundy carmin grenat crimson vermillon cerise",
    "rose": "rose pink rosa fuchsia magenta pnk",
    "bleu": "bleu bleue blue blau blu azul marine navy turquoise cyan indigo aqua petrole",
    "vert": "vert verte green grun gruen verde kaki khaki olive sauge emeraude",
    "jaune": "jaune yellow gelb giallo moutarde ",
    "orange": "orange corail coral",
    "violet": "violet violette purple lila lilas mauve prune parme",
    "marron": "marron brun brune brown braun camel taupe cognac tan",
    "beige": "beige sable sand ",
    "multicolore": "multicolore multicolor multicolour bunt",
    "transparent": "transparent transparente clear klar transparente",
    "bronze": "bronze cuivre copper",
}
"""Base colours: shades and languages of one name meet. What differs in shade only also differs in another word."""

_MARKS = {
    # accessory for a thing, not the thing
    "acc:housse": "housse coque etui pochette fourre sleeve hulle huelle case cover schutzhulle schutzhuelle "
    "bumper holster sacoche skin",
    "acc:verre": "trempe protector schutzfolie panzerglas ",
    "acc:cable": "cable cordon cord kabel rallonge",
    "acc:chargeur": "chargeur charger ladegerat ladegeraet charging",
    "acc:batterie": "batterie battery akku accu accumulateur batteries",
    "acc:telecommande": "telecommande fernbedienung",
    "acc:support": "support mount halterung stand bracket fixation dock socle trepied tripod",
    "acc:bracelet": "strap armband lanyard dragonne",
    "acc:filtre": "filtre filter",
    "acc:piece": "ersatzteil spare rechange joint brossette brossettes embout embouts ersatz replacement",
    # with other things in one box
    "set:coffret": "coffret giftset geschenkset",
    # refill against device
    "refill:recharge": "recharge recharges refill refills nachfullpack nachfuller nachfuellpack "
    "ecorecharge eco-recharge nachfullung",
    "refill:cartouche": "cartouche cartouches cartridge cartridges toner toners patrone patronen tintenpatrone "
    "druckerpatrone encre ink tinte",
    # made by somebody else for it
    "compat:yes": "compatible compatibles kompatibel generique",
    # condition
    "cond:used": "occasion used gebraucht reconditionne reconditionnee refurbished refurb renewed remanufactured "
    "generaluberholt vintage gebrauchte reconditionnes ",
    "cond:dummy": "factice dummy demo",
    # editions and licences
    "ed:upgrade": "upgrade update crossgrade upsell aktualisierung upg",
    "ed:academic": "academic education educational etudiant student schuler edu scolaire",
    "ed:licence": "cal lic renewal oem subscription abonnement maintenance",
    "ed:deluxe": "deluxe dlx luxe",
    "ed:collector": "collector collectors limitee ",
    "ed:premium": "premium prm",
    "ed:pro": "pro professional professionnel prof professionnelle profi",
    "ed:standard": "standard std basic basique base",
    "ed:home": "familial",
    "ed:gold": "platinum platine",
    "ed:ultimate": "ultimate enterprise entreprise",
    "ed:expansion": "expansion addon add-on dlc",
    "line:max": "max",
    "line:mini": "mini",
    "line:lite": "lite ",
    "line:ultra": "ultra",
    "line:junior": "junior jr",
    # what it is made of, and its form
    "mat:bois": "bois wood holz chene hetre pin noyer acacia teck bambou",
    "mat:metal": "metal acier inox steel edelstahl stahl fer laiton aluminium alu fonte zinc etain",
    "mat:coton": "coton cotton baumwolle percale jersey",
    "mat:lin": "lin linen leinen",
    "mat:laine": "laine wool wolle merino cachemire cashmere mohair alpaga",
    "mat:soie": "soie silk seide satin",
    "mat:velours": "velours velvet samt",
    "mat:synthetique": "polyester viscose polyamide nylon elasthanne microfibre acrylique",
    "mat:ceramique": "ceramique ceramic keramik porcelaine porcelain porzellan gres faience terracotta",
    "mat:verre": "cristal crystal kristall",
    "mat:plastique": "plastique plastic kunststoff pvc resine melamine",
    "mat:silicone": "silicone silikon caoutchouc rubber gummi",
    "mat:papier": "carton cardboard pappe",
    "mat:vegetal": "rotin rattan osier jonc raphia sisal coco liege",
    "mat:pierre": "marbre marble marmor beton granit pierre ardoise",
    "form:rond": "rond ronde round rund",
    "form:carre": "carre carree square quadratisch",
    "form:ovale": "ovale oval",
    "form:rectangle": "rectangulaire rectangle rectangular",
    "form:long": "long longue longs longues lang",
    "form:court": "court courte courts courtes kurz",
    # for whom
    "sex:homme": "homme hommes men man mens herren male masculin him",
    "sex:femme": "femme femmes women woman womens damen female feminin ladies lady her",
    "sex:enfant": "enfant enfants kid kids kinder child children garcon garcons fille filles boy girl boys girls",
    # where
    "side:gauche": "gauche left links gaucher",
    "side:droite": "droite droit right rechts droitier",
    "end:avant": "avant front vorne",
    "end:arriere": "arriere rear hinten",
    "put:interieur": "interieur indoor innen",
    "put:exterieur": "exterieur aussen exterieure",
    "os:mac": "mac macintosh macos osx",
    "os:win": "windows win",
    "lang:fr": "francais francaise french franzosisch",
    "lang:en": "anglais anglaise english englisch",
    "lang:de": "allemand allemande german deutsch",
    "lang:es": "espagnol espagnole spanish spanisch",
    "lang:it": "italien italienne italian italienisch",
    "lang:ja": "japonais japonaise japanese japanisch",
    "region:us": "qwerty ",
    "region:fr": "azerty",
    "region:de": "qwertz",
    "fmt:poche": "poche paperback taschenbuch broche softcover",
    "fmt:relie": "relie hardcover gebunden cartonne",
    "fmt:numerique": "ebook kindle epub telechargement download downloadable",
    "fmt:audio": "audiobook audiolivre horbuch ",
    "fmt:integrale": "integrale omnibus gesamtausgabe trilogie trilogy",
    "fmt:ps": "playstation ps1 ps2 ps3 ps4 ps5 psp vita",
    "fmt:xbox": "xbox xbox360 xboxone",
    "fmt:switch": "switch wii wiiu nintendo ds 3ds",
    "fmt:bluray": "bluray blu-ray",
    "roast:grain": "grain grains beans bohnen",
    "roast:moulu": "moulu moulue ground gemahlen",
    "fizz:petillante": "petillante petillant gazeuse sparkling gazeux",
    "fizz:plate": "plate still",
    "taste:decaf": "decafeine deca decaf entkoffeiniert",
    "sugar:zero": "zero light sugarfree",
    "salt:sale": "salee demi-sel",
    "sweet:doux": "doux douce mild",
    "heat:brut": "brut sec demi-sec",
    "fuel:gaz": "gaz butane propane",
}

_SYNONYMS = {
    "tv": "televiseur television tele fernseher televisions",
    "telephone": "phone smartphone telefon handy mobile cellphone telephones phones",
    "casque": "headphone headphones headset kopfhorer casques",
    "ecouteur": "earphone earphones earbud earbuds ecouteurs ohrhorer earpod",
    "enceinte": "speaker speakers lautsprecher enceintes haut-parleur",
    "souris": "mouse maus mice",
    "clavier": "keyboard tastatur",
    "imprimante": "printer drucker printers",
    "ordinateur": "computer rechner pc laptop notebook computers",
    "montre": "watch uhr",
    "appareil": "camera kamera",
    "disque": "drive festplatte hdd",
    "memoire": "memory speicher",
    "chaise": "chair stuhl",
    "lampe": "lamp lampada leuchte",
    "sac": "bag tasche",
    "sac-a-dos": "backpack rucksack",
    "couteau": "knife messer",
    "poele": "pan pfanne skillet",
    "bouilloire": "kettle wasserkocher",
    "aspirateur": "vacuum staubsauger",
    "grille-pain": "toaster",
    "four": "oven backofen",
    "lave-linge": "washer waschmaschine",
    "lave-vaisselle": "dishwasher spulmaschine geschirrspuler",
    "refrigerateur": "refrigerator fridge frigo kuhlschrank",
    "perceuse": "drill bohrmaschine",
    "velo": "bike bicycle fahrrad",
    "portable": "portatif tragbar",
    "filaire": "wired kabelgebunden corded",
    "sans-fil": "wireless cordless kabellos drahtlos",
    "numerique": "digital digitale",
    "edition": "ed ausgabe",
    "bouteille": "flasche bottle",
    "poncho": "ponchos",
    "deuxieme": "seconde",
}

_CRAFT = """
handmade artisanal artisanale artisanaux artisanales artisan handgemacht handgefertigt unikat
upcycled upcycling crochete tricote tournage aquarelle lithographie
"""
_CRAFT_PHRASES: Final = (
    "fait main", "faite main", "faits main", "faites main", "fait a la main", "faite a la main", "faits a la main",
    "hand made", "hand crafted", "handcrafted", "one of a kind", "ooak", "piece unique", "pieces uniques",
    "modele unique", "exemplaire unique", "peint a la main", "peinte a la main", "cousu main", "tourne a la main",
    "oeuvre originale", "tableau original", "peinture originale", "dessin original", "seconde main", "second hand",
    "annees 50", "annees 60", "annees 70", "annees 80", "creation originale", "sur mesure", "personnalise",
    "personnalisable", "chine en brocante", "brocante",
)  # fmt: skip


def _table() -> dict[str, Meaning]:
    table: dict[str, Meaning] = {}
    canonical = {word: main for main, words in _SYNONYMS.items() for word in words.split()}
    for word in _NOTHING.split():
        table.setdefault(word, Meaning(Kind.NOTHING, ""))
    for value, words in _MARKS.items():
        for word in words.split():
            table.setdefault(word, Meaning(Kind.MARK, value))
    for value, words in _COLOURS.items():
        for word in words.split():
            table.setdefault(word, Meaning(Kind.COLOUR, value))
    generic = set(_GENERIC.split())
    for word in generic:
        table.setdefault(word, Meaning(Kind.GENERIC, canonical.get(word, word)))
    for word, main in canonical.items():
        table.setdefault(word, Meaning(Kind.GENERIC if main in generic else Kind.WORD, main))
    return table


MEANINGS: Final = _table()
"""By folded word; a word that is not here is looked for without its plural `s` or `x`, then is a word of its own."""

CRAFT_WORDS: Final = frozenset(_CRAFT.split())
CRAFT_PHRASES: Final = _CRAFT_PHRASES

BRAND_ALIASES: Final = {
    "hewlettpackard": "hp",
    "hewlettpackardhp": "hp",
    "westerndigital": "wd",
    "loreal": "lorealparis",
    "lg electronics": "lg",
    "lgelectronics": "lg",
    "samsungelectronics": "samsung",
    "canonusa": "canon",
    "sonyelectronics": "sony",
    "boschprofessional": "bosch",
    "blackanddecker": "blackdecker",
    "johnsonandjohnson": "johnsonjohnson",
}
BRAND_TAIL: Final = frozenset(
    [
        "inc",
        "llc",
        "ltd",
        "limited",
        "corp",
        "corporation",
        "co",
        "company",
        "gmbh",
        "ag",
        "kg",
        "sa",
        "sas",
        "sarl",
        "eurl",
        "spa",
        "srl",
        "bv",
        "usa",
        "france",
        "europe",
        "international",
        "intl",
        "group",
        "software",
        "electronics",
        "products",
        "systems",
        "technologies",
        "technology",
        "paris",
    ]
)
"""Words after a brand's name that are not the name."""

NOT_BRANDS: Final = frozenset(
    [
        "aucune",
        "aucun",
        "none",
        "na",
        "n/a",
        "nobrand",
        "sansmarque",
        "marque",
        "inconnue",
        "inconnu",
        "unknown",
        "unbranded",
        "generique",
        "generic",
        "noname",
        "divers",
        "autre",
        "autres",
        "other",
        "various",
        "nc",
        "markenlos",
        "ohnemarke",
        "default",
        "brand",
        "compatible",
        "import",
    ]
)
