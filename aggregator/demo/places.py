"""Where the invented shops stand, when they are open, what they say of themselves. The communes are real, so that
distances and the map are; the streets are not: nobody is at these addresses."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

REGION: Final = "Cœur d’Hérault"


@dataclass(frozen=True, slots=True)
class Place:
    """What a merchant tells beside the goods. `hours` in schema.org's form; `pickup` None where nothing is said."""

    commune: str
    postal_code: str
    hours: str = ""
    about: str = ""
    delivery: str = ""
    pickup: bool | None = None


_TOWN: Final = "Tu-Sa 09:30-12:30,14:30-19:00"
_MARKET: Final = "Tu-Fr 09:00-12:00,14:00-18:30\nSa 09:00-13:00"

PLACES: Final = {
    "clothes": Place(
        "Lodève", "34700", _TOWN, "Une boutique, deux sœurs, et des vêtements que l’on garde dix ans.",
        "Colissimo 5,90 €, offert dès 90 €. Retours sous 30 jours.", True,
    ),
    "toys": Place(
        "Lodève", "34700", "Mo 14:00-19:00\nTu-Sa 09:30-12:30,14:00-19:00",
        "Des jouets essayés par les enfants du quartier.", "Point relais 4,50 €, offert dès 60 €.", True,
    ),
    "books": Place(
        "Lodève", "34700", "Tu-Sa 09:00-12:30,14:00-19:00\nSu 09:30-12:30",
        "Librairie de quartier depuis 1987 : quinze mille titres, et ceux que l’on commande.",
        "La Poste, au tarif du livre ; 3 € à partir de 35 €.", True,
    ),
    "home": Place("Clermont-l’Hérault", "34800", _TOWN, delivery="Livraison 7,90 €, offerte dès 120 €.", pickup=True),
    "shoes": Place(
        "Clermont-l’Hérault", "34800", "Mo 14:00-19:00\nTu-Sa 09:00-12:00,14:00-19:00",
        "Trois générations au pied du client.", "Échange de pointure offert.", True,
    ),
    "pottery": Place(
        "Saint-Jean-de-Fos", "34150", "We-Su 10:00-12:30,14:00-18:30",
        "Deux potières, un four à bois, et de la vaisselle qui va au lave-vaisselle.",
        "Emballé avec soin, 9,90 € ; les pièces de plus de 40 cm se retirent à l’atelier.", True,
    ),
    "soap": Place("Aniane", "34150", "Mo-Fr 10:00-17:00", "Savons saponifiés à froid, à l’huile d’olive."),
    "bikes": Place(
        "Gignac", "34150", "Tu-Fr 09:00-12:00,14:00-19:00\nSa 09:00-18:00",
        "Vente et réparation ; un vélo prêté pendant que le vôtre est à l’atelier.",
        "Les vélos se retirent au magasin, montés et réglés ; accessoires 4,90 €.", True,
    ),
    "stationery": Place("Gignac", "34150", "Mo-Sa 08:30-12:30,14:00-19:00", pickup=True),
    "garden": Place(
        "Saint-André-de-Sangonis", "34725", "Mo-Sa 08:30-12:00,14:00-18:30\nSu 09:00-12:00",
        delivery="Livraison dans un rayon de 20 km, 15 €.", pickup=True,
    ),
    "household": Place("Bédarieux", "34600", _MARKET, delivery="Colis 6,50 €."),
    "wool": Place(
        "Bédarieux", "34600", _TOWN, "Mercerie, et des après-midi de tricot le jeudi.", "Lettre suivie 3,20 €.", True,
    ),
    "hardware": Place("Clermont-l’Hérault", "34800", "Mo-Sa 08:00-12:00,14:00-18:30", pickup=True),
    "jewellery": Place("Saint-Guilhem-le-Désert", "34150", "Mo-Su 10:30-18:30", delivery="Suivi et assuré, 8 €."),
    "wicker": Place("Octon", "34800", about="Vannier, sur rendez-vous et sur les marchés.", pickup=True),
    "lighting": Place("Lodève", "34700", "We-Sa 14:00-18:30", delivery="Transporteur 12 €.", pickup=True),
    "games": Place("Clermont-l’Hérault", "34800", "Tu-Th 10:00-19:00\nFr,Sa 10:00-23:00", pickup=True),
    "leather": Place("Paulhan", "34230", "Th-Sa 10:00-12:30,15:00-19:00", "Cousu main au point sellier."),
    "weaving": Place("Soubès", "34700", about="Deux métiers à tisser, la laine du Larzac.", delivery="Colis 7 €."),
    "woodwork": Place("Montpeyroux", "34150", "Sa 09:00-12:00", pickup=True),
}  # fmt: skip
"""By the kind of shop."""
