"""A synthetic city: families, what they are entitled to, and payment files.

The 18 kelurahan of Kota Mojokerto and their codes are facts; everyone who lives
in them here is invented. The same seed gives the same city.
"""

import csv
import random

# Kemendagri codes and names; the share of families is a guess of ours.
KELURAHAN = [
    ("35.76.01.1003", "Mentikan", 6), ("35.76.01.1004", "Kauman", 3),
    ("35.76.01.1005", "Pulorejo", 5), ("35.76.01.1006", "Prajuritkulon", 6),
    ("35.76.01.1007", "Surodinawan", 6), ("35.76.01.1008", "Blooto", 5),
    ("35.76.02.1001", "Gununggedangan", 6), ("35.76.02.1003", "Magersari", 5),
    ("35.76.02.1004", "Gedongan", 3), ("35.76.02.1008", "Balongsari", 6),
    ("35.76.02.1009", "Kedundung", 10), ("35.76.02.1010", "Wates", 12),
    ("35.76.03.1001", "Kranggan", 9), ("35.76.03.1002", "Miji", 6),
    ("35.76.03.1003", "Meri", 7), ("35.76.03.1004", "Jagalan", 3),
    ("35.76.03.1005", "Sentanan", 3), ("35.76.03.1006", "Purwotengah", 3),
]
DISTRICTS = {"35.76.01": "Prajuritkulon", "35.76.02": "Magersari",
             "35.76.03": "Kranggan"}
BANK_OF_DISTRICT = {"35.76.01": "bank-barat", "35.76.02": "bank-timur",
                    "35.76.03": "bank-tengah"}

FIRST = ["Siti", "Budi", "Dewi", "Agus", "Sri", "Joko", "Rina", "Wahyu",
         "Endang", "Slamet", "Ningsih", "Bambang", "Yuli", "Hadi"]
LAST = ["Santoso", "Lestari", "Wibowo", "Rahayu", "Susanto", "Handayani",
        "Pratama", "Utami", "Setiawan", "Wulandari"]

SEMBAKO_QUARTER = 600_000
# Rupiah a quarter for each component of a PKH family.
PKH = {"pregnancy": 750_000, "early childhood": 750_000, "SD": 225_000,
       "SMP": 375_000, "SMA": 500_000, "disability": 600_000,
       "elderly": 600_000}


class Family:
    """One invented family."""

    def __init__(self, number, rng):
        shares = [share for _, _, share in KELURAHAN]
        self.kelurahan = rng.choices(KELURAHAN, shares)[0][0]
        self.district = self.kelurahan[:8]
        district = self.district.replace(".", "")
        day, month = rng.randint(1, 28), rng.randint(1, 12)
        serial = number % 9_000 + 1
        year = number // 9_000 * 7 + rng.randint(0, 6)
        self.kk = f"{district}{day:02}{month:02}{year:02}{serial:04}"
        # Some were first registered elsewhere: a number says nothing of where
        # its bearer lives.
        origin = rng.choices([district, "351601", "357803"], [90, 7, 3])[0]
        woman = 40 if rng.random() < 0.6 else 0
        self.nik = (f"{origin}{day + woman:02}{month:02}"
                    f"{rng.randint(50, 99):02}{serial:04}")
        self.name = f"{rng.choice(FIRST)} {rng.choice(LAST)}"
        self.decile = rng.randint(1, 10)
        self.components = sorted(rng.sample(list(PKH), rng.choices(
            [0, 1, 2, 3], [25, 40, 25, 10])[0]))

    @property
    def bank(self):
        return BANK_OF_DISTRICT[self.district]

    def entitlements(self):
        """(program, rupiah for the quarter) of each."""
        found = []
        if self.decile <= 5:
            found.append(("sembako", SEMBAKO_QUARTER))
        if self.decile <= 4 and self.components:
            found.append(("pkh", sum(PKH[c] for c in self.components)))
        return found


def make_city(families, seed=3576):
    """`families` of them, with numbers that are all different."""
    rng = random.Random(seed)
    city, seen = [], set()
    for number in range(families):
        family = Family(number, rng)
        while family.kk in seen or family.nik in seen:
            family = Family(number, rng)
        seen.update((family.kk, family.nik))
        city.append(family)
    return city


COLUMNS = ["KK", "NIK", "NAMA", "KELURAHAN", "PROGRAM", "BANK", "AWAL", "AKHIR",
           "NOMINAL"]


def rows_of(city):
    """One row an entitlement, as a list for COLUMNS."""
    for family in city:
        for program, rupiah in family.entitlements():
            yield [family.kk, family.nik, family.name, family.kelurahan,
                   program, family.bank, "202601", "202603",
                   f"{rupiah:,}".replace(",", ".") + ",00"]


def write_rows(path, rows):
    """A file as a city's office would send it: `;`, decimal comma."""
    with open(path, "w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, delimiter=";")
        writer.writerow(COLUMNS)
        writer.writerows(rows)
