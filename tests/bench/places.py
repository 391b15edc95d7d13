"""Communes that the generated shops stand in. Shops are many in large towns, few in small ones."""

from __future__ import annotations

TOWNS: tuple[tuple[str, float, float, int], ...] = tuple(
    (name, float(latitude), float(longitude), int(thousands))
    for name, latitude, longitude, thousands in (line.rsplit(" ", 3) for line in """
    Rennes 48.11 -1.68 220;Brest 48.39 -4.49 140;Quimper 48.00 -4.10 63;Lorient 47.75 -3.37 57;Vannes 47.66 -2.76 54
    Saint-Malo 48.65 -2.01 46;Saint-Brieuc 48.51 -2.76 44;Lanester 47.76 -3.34 23;Fougères 48.35 -1.20 20
    Concarneau 47.87 -3.92 20;Lannion 48.73 -3.46 20;Vitré 48.12 -1.21 18;Ploemeur 47.73 -3.43 18
    Landerneau 48.45 -4.25 16
    Bruz 48.02 -1.75 18;Cesson-Sévigné 48.12 -1.60 17;Douarnenez 48.09 -4.33 14;Guipavas 48.43 -4.40 14
    Hennebont 47.80 -3.28 16;Morlaix 48.58 -3.83 15;Dinan 48.45 -2.05 14;Auray 47.67 -2.98 14;Pontivy 48.07 -2.96 14
    Ploërmel 47.93 -2.40 10;Quimperlé 47.87 -3.55 12;Redon 47.65 -2.08 9;Loudéac 48.18 -2.75 9;Guingamp 48.56 -3.15 7
    Carhaix-Plouguer 48.28 -3.57 7;Pont-l'Abbé 47.87 -4.22 8;Perros-Guirec 48.81 -3.44 7;Combourg 48.41 -1.75 6
    Dinard 48.63 -2.06 10;Crozon 48.25 -4.49 7;Pornichet 47.27 -2.34 11;Quiberon 47.48 -3.12 5;Carnac 47.58 -3.08 4
    Châteaulin 48.20 -4.09 5;Lesneven 48.57 -4.32 7;Saint-Pol-de-Léon 48.69 -3.99 7;Paimpol 48.78 -3.05 7
    Roscoff 48.73 -3.99 3
    """.replace("\n", ";").split(";") if line.strip())
)  # fmt: skip
