"""Write the PDF that lesson 05 sends to a model: `python notebooks/images/rental.py`.

A PDF is text, and one of two pages is short enough to be written by hand. Its font, Helvetica, is
in every program that shows a PDF.
"""

from __future__ import annotations

from pathlib import Path

FILE = Path(__file__).with_name("bicycle_rental.pdf")
TITLE, TEXT = 20, 12
PAGES = (
    (
        "Wheels by the Lake",
        "Rental agreement no. 417",
        "",
        "Renter: Mei Tanaka",
        "Bicycle: city bike no. 12, blue",
        "From: Saturday, 21 November 2026, 10:00",
        "Until: Saturday, 21 November 2026, 18:00",
        "Price: 24.00 euros a day",
        "Deposit: 100.00 euros, paid in cash",
        "",
        "The rules on page 2 are part of this agreement.",
    ),
    (
        "Rules",
        "",
        "1. The bicycle comes back to the shop where it was rented.",
        "2. If you come back late, you pay 5.00 euros for each hour that has begun.",
        "3. If you are more than four hours late, you pay a second day instead.",
        "4. A lost key costs 35.00 euros. A flat tyre costs nothing.",
        "5. The deposit is paid back when the bicycle is back.",
    ),
)


def pdf() -> bytes:
    """Return the file's bytes: the same ones each time."""
    numbers = range(4, 4 + 2 * len(PAGES), 2)
    kids = " ".join(f"{number} 0 R" for number in numbers)
    objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Count {len(PAGES)} /Kids [{kids}] >>",
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    for number, (title, *lines) in zip(numbers, PAGES, strict=True):
        drawn = f"BT /F {TITLE} Tf 60 520 Td 24 TL ({title}) Tj T* /F {TEXT} Tf"
        drawn += "".join(f" T* ({line}) Tj" for line in lines) + " ET"
        page = "/Type /Page /Parent 2 0 R /MediaBox [0 0 520 600] /Resources"
        objects.append(f"<< {page} << /Font << /F 3 0 R >> >> /Contents {number + 1} 0 R >>")
        objects.append(f"<< /Length {len(drawn)} >>\nstream\n{drawn}\nendstream")
    text, places = "%PDF-1.4\n", []
    for number, body in enumerate(objects, start=1):
        places.append(len(text))
        text += f"{number} 0 obj\n{body}\nendobj\n"
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    size = f"{len(objects) + 1}"
    end = f"trailer << /Size {size} /Root 1 0 R >>\nstartxref\n{len(text)}\n%%EOF\n"
    return f"{text}xref\n0 {size}\n0000000000 65535 f \n{table}{end}".encode()


if __name__ == "__main__":
    FILE.write_bytes(pdf())
    print(FILE.name, FILE.stat().st_size, "bytes")
