"""What the statuses and grades of a position mean, in words, and the signs for them where there is no room for words."""

VERDICTS = ["dedicated", "arrangement", "sectoral", "signed-not-in-force", "confirmed-gap", "unverified"]
"""What a position can say, strongest first: the grade where a basis decides, else the status."""

STATUS_OF = {"dedicated": "covered", "arrangement": "covered", "sectoral": "sectoral-only"}
"""The status that goes with a grade."""

LETTERS = {
    "en": dict(zip(VERDICTS, "TACSG?", strict=True)),
    "fr": dict(zip(VERDICTS, "TAISL?", strict=True)),
    "de": dict(zip(VERDICTS, "VASUL?", strict=True)),
    "es": dict(zip(VERDICTS, "TADFL?", strict=True)),
    "it": dict(zip(VERDICTS, "TARFL?", strict=True)),
    "nl": dict(zip(VERDICTS, "VAFOL?", strict=True)),
    "sv": dict(zip(VERDICTS, "ABVUL?", strict=True)),
}
"""One letter for each verdict, by language; the words it stands for are those of `SHORT`."""

SHORT = {
    "en": dict(zip(VERDICTS, ["Treaty", "Agency", "Offences", "Signed", "Gap", "unverified"], strict=True)),
    "fr": dict(zip(VERDICTS, ["Traité", "Agence", "Infractions", "Signé", "Lacune", "non vérifié"], strict=True)),
    "de": dict(zip(VERDICTS, ["Vertrag", "Agentur", "Straftaten", "Unterzeichnet", "Lücke", "ungeprüft"], strict=True)),
    "es": dict(zip(VERDICTS, ["Tratado", "Agencia", "Delitos", "Firmado", "Laguna", "sin verificar"], strict=True)),
    "it": dict(zip(VERDICTS, ["Trattato", "Agenzia", "Reati", "Firmato", "Lacuna", "non verificato"], strict=True)),
    "nl": dict(
        zip(VERDICTS, ["Verdrag", "Agentschap", "Feiten", "Ondertekend", "Lacune", "niet geverifieerd"], strict=True)
    ),
    "sv": dict(zip(VERDICTS, ["Avtal", "Byrå", "Vissa brott", "Undertecknat", "Lucka", "overifierat"], strict=True)),
}
"""One word for each verdict, by language; `Offences` for conventions that serve for certain offences only."""

STATUSES = {
    "en": {
        "covered": "A basis of general scope is in force.",
        "sectoral-only": "Only conventions that serve for their own offences are in force between the two: a basis, but a limited one.",
        "confirmed-gap": "Somebody looked: a source says that there is none, and it is fresh on the day asked about.",
        "signed-not-in-force": "An instrument is signed and known not to be in force.",
        "unverified": "Nobody has looked, or too long ago, or the entry into force was not seen. Not a finding that nothing exists.",
    },
    "fr": {
        "covered": "Une base de portée générale est en vigueur.",
        "sectoral-only": "Seules des conventions limitées à leurs propres infractions sont en vigueur entre les deux : une base, mais restreinte.",
        "confirmed-gap": "Quelqu'un a vérifié : une source dit qu'il n'y en a pas, et elle est assez récente à la date demandée.",
        "signed-not-in-force": "Un instrument est signé, et il est établi qu'il n'est pas en vigueur.",
        "unverified": "Personne n'a vérifié, ou il y a trop longtemps, ou l'entrée en vigueur n'a pas été constatée. Ce n'est pas le constat que rien n'existe.",
    },
}
"""What each status means, by language."""

GRADES = {
    "en": {
        "dedicated": "A treaty made for the matter, of general scope: bilateral, regional or of the European Union.",
        "arrangement": "An instrument of an EU agency.",
        "sectoral": "A convention of the United Nations or the Council of Europe that serves as a basis for its own offences only.",
    },
    "fr": {
        "dedicated": "Un traité conclu pour cette matière, de portée générale : bilatéral, régional ou de l'Union européenne.",
        "arrangement": "Un instrument d'une agence de l'UE.",
        "sectoral": "Une convention des Nations unies ou du Conseil de l'Europe qui ne sert de base que pour ses propres infractions.",
    },
}
"""What each grade of a basis means, by language."""
