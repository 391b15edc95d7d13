"""The invented bookshop: titles, authors, genres. No title, author or publisher here is meant to exist."""

from __future__ import annotations

from dataclasses import dataclass

from ..french import Noun
from ..goods import Range

RANGE = Range(
    kind="books",
    name="Librairie du Marché",
    tagline="Romans, albums, polars et bons conseils",
    legal_name="Librairie du Marché SCOP",
    street="9, place des Halles",
    accent=(112, 44, 56),
    products=700,
    brands=(
        "Éditions du Gué",
        "La Mouette rieuse",
        "Le Cerf-volant de papier",
        "Presses de l’Aubier",
        "Les Trois Encres",
    ),
    models=(),
    goods=(),
    more=(
        "Un livre qu’on prête à contrecœur et qu’on réclame aussitôt.",
        "La langue est précise, l’humour jamais loin.",
        "Les dernières pages obligent à revenir aux premières.",
        "Notre libraire l’a lu deux fois, la seconde avec un crayon.",
        "Une lecture qui tient ses promesses sans hausser le ton.",
    ),
    ends=(
        "Commande possible en boutique, livraison sous trois jours.",
        "Exemplaires dédicacés disponibles selon les rencontres.",
        "Coup de cœur de la librairie.",
        "Prix unique du livre, comme partout en France.",
    ),
    tags=("nouveauté", "coup de cœur", "prix des lecteurs", "idée cadeau"),
)


@dataclass(frozen=True, slots=True)
class Genre:
    """A shelf: its category, prices, page counts, and the sentences that open a description.

    `opens` are filled with {title}, {author}, {place}, {who} and {what}.
    """

    category: tuple[str, str]
    price: tuple[int, int]
    pages: tuple[int, int]
    heads: tuple[str, ...]
    tails: tuple[str, ...]
    opens: tuple[str, ...]
    share: int


FIRST_NAMES = [
    "Adèle",
    "Bruno",
    "Claire",
    "Denis",
    "Élise",
    "Fabien",
    "Gisèle",
    "Hugues",
    "Inès",
    "Joseph",
    "Katell",
    "Léonie",
    "Maël",
    "Nadège",
    "Olivier",
    "Perrine",
    "Quentin",
    "Solène",
    "Thibault",
    "Ursule",
    "Violette",
    "Yann",
    "Zélie",
    "Amadou",
    "Farida",
    "Kenza",
    "Linh",
    "Rachid",
]
LAST_NAMES = [
    "Aubrière",
    "Bascoul",
    "Cadoret",
    "Delvigne",
    "Estèbe",
    "Fontanieu",
    "Garrigou",
    "Hautbois",
    "Izambard",
    "Jolivet-Marsac",
    "Kermadec",
    "Lestrade",
    "Montbazin",
    "Nérac",
    "Orsonnet",
    "Pradeilles",
    "Quintard",
    "Roquebrun",
    "Sauveterre",
    "Tavernon",
    "Urbanel",
    "Valcroze",
    "Belhadi",
    "Diarra",
    "Nguyen-Roy",
]
PLACES = (
    "dans un port du Nord",
    "au bord d’un étang",
    "dans une vallée sans réseau",
    "sur une île presque déserte",
    "dans un immeuble promis à la démolition",
    "au cœur d’une petite ville de marché",
    "dans un village de montagne",
    "entre deux gares de province",
    "dans une ferme isolée",
)
WHO = (
    Noun("une institutrice à la retraite", "f"),
    Noun("un facteur trop curieux", "m"),
    Noun("deux sœurs que tout sépare", "f", True),
    Noun("un adolescent mutique", "m"),
    Noun("une luthière sans clients", "f"),
    Noun("un ancien marin", "m"),
    Noun("une famille recomposée", "f"),
    Noun("trois amis d’enfance", "m", True),
    Noun("une restauratrice de tableaux", "f"),
    Noun("un apprenti boulanger", "m"),
)
WHAT = (
    "un secret vieux de quarante ans",
    "une lettre jamais ouverte",
    "un héritage encombrant",
    "une disparition que personne ne signale",
    "un carnet retrouvé dans un grenier",
    "une promesse impossible à tenir",
    "l’arrivée d’une inconnue",
    "un été qui n’en finit pas",
)

GENRES = (
    Genre(
        ("Littérature", "Romans"),
        (8, 24),
        (160, 480),
        (
            "La Maison",
            "Le Jardin",
            "Les Enfants",
            "L’Été",
            "La Nuit",
            "Le Silence",
            "Les Heures",
            "La Promesse",
            "Le Voyage",
            "Une saison",
            "Les Rives",
            "L’Ombre",
            "La Mémoire",
            "Le Retour",
        ),
        (
            "des hirondelles",
            "du passeur",
            "aux volets bleus",
            "sous les tilleuls",
            "de l’autre rive",
            "des gens simples",
            "d’Ambroise",
            "à marée basse",
            "du dernier train",
            "de la rue des Saules",
            "sans retour",
            "des jours clairs",
            "de Mathilde",
            "au bord du canal",
        ),
        (
            "{place_cap}, {who} {découvre|découvrent} {what}.",
            "Avec « {title} », {author} raconte comment {what} bouleverse la vie ordinaire.",
            "{who_cap}, {what}, et toute une vie qui bascule : {author} signe un roman tendre et tenu.",
        ),
        30,
    ),
    Genre(
        ("Littérature", "Policiers"),
        (8, 22),
        (240, 520),
        (
            "Le Dernier Témoin",
            "Mort lente",
            "L’Affaire",
            "Un crime",
            "Le Noyé",
            "La Disparue",
            "Brouillard",
            "Cendres",
            "Le Coupable",
        ),
        (
            "du pont-canal",
            "à Port-Méléan",
            "de la Toussaint",
            "des Hauts-Murs",
            "en eaux basses",
            "sur la lande",
            "du quai numéro 4",
            "de la Saint-Jean",
            "au presbytère",
        ),
        (
            "{place_cap}, {what} réveille de vieilles rancunes, et la commissaire Lavergne n’a que trois jours.",
            "« {title} » : une enquête lente et implacable, où {who} en {sait|savent} plus qu’il n’y paraît.",
        ),
        16,
    ),
    Genre(
        ("Jeunesse", "Albums"),
        (9, 18),
        (24, 56),
        ("Petit Ours", "La Baleine", "Le Loup", "Madame Taupe", "Le Nuage", "L’Escargot", "La Poule", "Le Dragon"),
        (
            "qui avait peur du vent",
            "et le mystère du potager",
            "ne veut pas dormir",
            "fait ses bagages",
            "cherche un ami",
            "au pays des chaussettes",
            "perd sa couleur",
            "invente l’hiver",
        ),
        (
            "Un album tout en douceur, à lire le soir et à relire le matin.",
            "« {title} » fait rire les petits et sourire ceux qui lisent à voix haute.",
            "Des images à fouiller du regard et une histoire qui finit bien : dès 3 ans.",
        ),
        18,
    ),
    Genre(
        ("Jeunesse", "Romans jeunesse"),
        (6, 16),
        (96, 320),
        ("Le Club", "Les Gardiens", "L’École", "Le Secret", "La Carte", "Les Aventuriers"),
        (
            "de la grange",
            "des lucioles",
            "du phare",
            "de l’horloger",
            "du grand marais",
            "des toits",
            "de la comète",
            "du moulin",
        ),
        (
            "Quatre amis, un vélo et {what} : les grandes vacances commencent fort.",
            "{author} mène son intrigue tambour battant ; dès 9 ans.",
        ),
        12,
    ),
    Genre(
        ("Vie pratique", "Jardin et nature"),
        (12, 32),
        (112, 256),
        ("Le Potager", "Petit guide", "Le Verger", "Les Oiseaux", "Un an", "Les Plantes"),
        (
            "en carrés",
            "des haies vivantes",
            "sans arrosage",
            "du jardin de ville",
            "au fil des saisons",
            "des talus et des chemins",
            "pour débutants patients",
        ),
        (
            "Un guide clair et bien illustré, qui répond aux questions qu’on se pose vraiment.",
            "De la graine à la récolte, {author} explique simplement, gestes et photos à l’appui.",
        ),
        8,
    ),
    Genre(
        ("Vie pratique", "Loisirs créatifs"),
        (12, 29),
        (96, 192),
        ("Tricoter", "Coudre", "Relier", "Broder", "Tourner", "Dessiner"),
        ("pour toute la famille", "en vingt leçons", "sans machine", "comme autrefois", "du premier coup", "pas à pas"),
        (
            "Vingt modèles, des schémas lisibles et toutes les erreurs déjà faites à votre place.",
            "{author} transmet son métier avec patience et bonne humeur.",
        ),
        6,
    ),
    Genre(
        ("Bande dessinée", "Albums BD"),
        (12, 29),
        (48, 144),
        ("Les Carnets", "La Balade", "Le Bistrot", "Capitaine", "Chroniques", "Le Tour"),
        ("d’Octave", "du Grand Large", "de la rue Basse", "Malavoine", "d’en bas", "du canton"),
        (
            "Un trait vif, des couleurs franches et des dialogues qui sonnent juste.",
            "{author} croque {who} avec une ironie pleine d’affection.",
        ),
        6,
    ),
    Genre(
        ("Littérature", "Poésie"),
        (7, 16),
        (64, 144),
        ("Poèmes", "Chant", "Herbes", "Lumière", "Pierres"),
        ("de l’aube", "pour une île", "du dedans", "d’hiver", "à voix basse", "des marges"),
        ("Des poèmes brefs, à lire debout près d’une fenêtre.", "{author} écrit peu et pèse chaque mot."),
        4,
    ),
)
