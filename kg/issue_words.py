"""Findings about tables and files in French: a text for each message and hint that the rules write.

The rules write English, with values put in. Here each of their texts stands as a template, `{}` for a value,
beside the French one; `tests/test_issue_words.py` holds the table against the rules' own code, so that no text
is forgotten. What shapes say is translated in the shapes.
"""

import functools
import re
from dataclasses import replace

from kg.issue import Issue
from kg.table_words import FRENCH as TABLES

FRENCH = {
    # datapackage.json, where many descriptions are alike
    "Identifier of the {}: lower-case letters, digits and hyphens; never changed, never used again.": "Identifiant : lettres minuscules, chiffres et traits d'union ; jamais modifié, jamais réutilisé.",
    # what is wrong with a file
    "the file is empty": "le fichier est vide",
    "write the heading {} and the rows below it": "écrivez l'en-tête {} et les lignes au-dessous",
    "write the heading and the rows below it": "écrivez l'en-tête et les lignes au-dessous",
    "there are no rows below the heading": "il n'y a pas de ligne sous l'en-tête",
    "write at least one": "écrivez-en au moins une",
    "the first row is not the heading of {}: {}": "la première ligne n'est pas l'en-tête de {} : {}",
    "write the heading {}; a title above it has to go": "écrivez l'en-tête {} ; un titre placé au-dessus doit disparaître",
    "the column {} is not one of {}": "la colonne {} n'est pas une colonne de {}",
    "delete it, or name it as one of {}": "supprimez-la, ou donnez-lui l'un de ces noms : {}",
    "the column {} stands twice": "la colonne {} figure deux fois",
    "delete one of the two": "supprimez l'une des deux",
    "the column {} is missing": "la colonne {} manque",
    "the column {} is not declared": "la colonne {} n'est pas déclarée",
    "add it: it says which row is meant": "ajoutez-la : elle dit de quelle ligne il s'agit",
    "the row has {} cells, the heading {}": "la ligne a {} cellules, l'en-tête {}",
    "put a cell that holds a separator between double quotes": "mettez entre guillemets doubles une cellule qui contient un séparateur",
    "put a cell that holds a comma between double quotes": "mettez entre guillemets doubles une cellule qui contient une virgule",
    "the file has {} MB": "le fichier fait {} Mo",
    "take at most {} MB at a time": "prenez au plus {} Mo à la fois",
    "this is an old or a protected workbook": "c'est un classeur ancien ou protégé",
    "save it as XLSX without a password, or as CSV UTF-8": "enregistrez-le en XLSX sans mot de passe, ou en CSV UTF-8",
    "the file is not UTF-8": "le fichier n'est pas en UTF-8",
    "save it again as CSV UTF-8; nobody can know which letters were meant": "enregistrez-le de nouveau en CSV UTF-8 ; personne ne peut savoir quelles lettres étaient voulues",
    "save it again as CSV UTF-8": "enregistrez-le de nouveau en CSV UTF-8",
    "save it again as UTF-8": "enregistrez-le de nouveau en UTF-8",
    "the file has more than {} rows": "le fichier a plus de {} lignes",
    "take them in several files": "répartissez-les en plusieurs fichiers",
    "column {} has no heading, as when headings are merged": "la colonne {} n'a pas d'en-tête, comme lorsque des en-têtes sont fusionnés",
    "unmerge the cells and give each column the name of one column of the table": "défusionnez les cellules et donnez à chaque colonne le nom d'une colonne de la table",
    "the file cannot be read as CSV: {}": "le fichier ne se lit pas comme du CSV : {}",
    "the file begins with a byte-order mark": "le fichier commence par une marque d'ordre des octets",
    "lines do not end with LF alone": "les lignes ne se terminent pas par LF seul",
    "cells are not separated by commas": "les cellules ne sont pas séparées par des virgules",
    "the columns stand in another order": "les colonnes sont dans un autre ordre",
    "a column stands twice": "une colonne figure deux fois",
    "write {}": "écrivez {}",
    "run `coopkg tidy`": "lancez `coopkg tidy`",
    "run `coopkg check` and mend the table first": "lancez `coopkg check` et corrigez d'abord la table",
    "run `coopkg import --finish`": "lancez `coopkg import --finish`",
    "an import was cut off before its end": "une importation a été interrompue avant sa fin",
    "the table is missing": "la table manque",
    "restore the file, if only with its header": "rétablissez le fichier, ne serait-ce qu'avec son en-tête",
    "the table has {} rows, a sound one at least {}": "la table a {} lignes, une table saine en a au moins {}",
    "find out what was lost before lowering `assertions.min`": "cherchez ce qui s'est perdu avant d'abaisser `assertions.min`",
    "the table has {} rows, more than the {} expected": "la table a {} lignes, plus que les {} attendues",
    "look whether rows came in twice, then raise `assertions.max`": "voyez si des lignes sont entrées deux fois, puis relevez `assertions.max`",
    "datapackage.json is no table schema: {}": "datapackage.json n'est pas un schéma de tables : {}",
    "compare it with the last good version in git": "comparez-le avec la dernière bonne version dans git",
    "{} cannot be read": "{} ne peut pas être lu",
    # workbooks
    "open it in a spreadsheet program and save it again as XLSX, or as CSV UTF-8": "ouvrez-le dans un tableur et enregistrez-le de nouveau en XLSX ou en CSV UTF-8",
    "the workbook cannot be read: {}": "le classeur ne peut pas être lu : {}",
    "the workbook has {} sheets with cells: {}": "le classeur a {} feuilles remplies : {}",
    "name the one that holds the rows {}": "nommez {} celle qui contient les lignes",
    "the workbook is empty": "le classeur est vide",
    "the sheet has merged cells": "la feuille a des cellules fusionnées",
    "unmerge them (in the heading, too) and write into each cell what it says": "défusionnez-les (dans l'en-tête aussi) et écrivez dans chaque cellule ce qu'elle dit",
    "the sheet has cells below line {}": "la feuille a des cellules au-dessous de la ligne {}",
    "delete them, or take the rows in several files": "supprimez-les, ou répartissez les lignes en plusieurs fichiers",
    "the cell holds a formula": "la cellule contient une formule",
    "write its value: copy the column and paste it as values": "écrivez sa valeur : copiez la colonne et collez-la comme valeurs",
    "the cell holds the error {}": "la cellule contient l'erreur {}",
    "write the value, or leave the cell empty": "écrivez la valeur, ou laissez la cellule vide",
    "the cell holds a time of day": "la cellule contient une heure",
    "format the column as text and write the value again": "mettez la colonne au format texte et écrivez de nouveau la valeur",
    "the cell holds a number that has lost digits": "la cellule contient un nombre qui a perdu des chiffres",
    "the spreadsheet has made a date of the cell": "le tableur a fait une date de la cellule",
    "the cell shows a year but holds a day": "la cellule montre une année mais contient un jour",
    "format the column as text and write the year again": "mettez la colonne au format texte et écrivez de nouveau l'année",
    "the cell shows a month but holds the day {}": "la cellule montre un mois mais contient le jour {}",
    "format the column as text and write the date again": "mettez la colonne au format texte et écrivez de nouveau la date",
    "the cell holds a day with a time of day": "la cellule contient un jour avec une heure",
    "write the day alone, for example 2017-07-14": "écrivez le jour seul, par exemple 2017-07-14",
    "the workbook has {} parts": "le classeur a {} parties",
    "unpacked the workbook has more than {} MB": "décompressé, le classeur fait plus de {} Mo",
    "save the rows alone, as CSV UTF-8, in several files": "enregistrez les lignes seules, en CSV UTF-8, en plusieurs fichiers",
    "this is an archive, but no XLSX workbook": "c'est une archive, mais pas un classeur XLSX",
    "the sheet has more than {} columns": "la feuille a plus de {} colonnes",
    "delete what does not belong to the table": "supprimez ce qui n'appartient pas à la table",
    "a part of the workbook grows more than {} times when it is unpacked": "une partie du classeur grossit plus de {} fois lorsqu'elle est décompressée",
    "save the rows alone, as CSV UTF-8": "enregistrez les lignes seules, en CSV UTF-8",
    "the workbook is protected or packed in an unusual way": "le classeur est protégé ou compressé d'une manière inhabituelle",
    "the workbook declares XML entities": "le classeur déclare des entités XML",
    # Turtle
    "{} is not taken from Turtle": "{} ne se prend pas en Turtle",
    "write it as CSV or XLSX": "écrivez-la en CSV ou en XLSX",
    "the file has more than {} records": "le fichier a plus de {} fiches",
    "write records of the class {}": "écrivez des fiches de la classe {}",
    "the file cannot be read as Turtle: {}": "le fichier ne se lit pas comme du Turtle : {}",
    "check its syntax": "vérifiez sa syntaxe",
    "the file has a node without an IRI": "le fichier a un nœud sans IRI",
    "give each record its IRI": "donnez à chaque fiche son IRI",
    "{}: {}": "{} : {}",
    "its IRI is not the one that its values make": "son IRI n'est pas celui que forment ses valeurs",
    "it is not of the class {}": "elle n'est pas de la classe {}",
    "put records of other tables into files of their own": "mettez les fiches d'autres tables dans des fichiers à part",
    "the statement {} {} does not fit the column {}": "l'énoncé {} {} ne convient pas à la colonne {}",
    "the statement {} {} does not fit a column of {}": "l'énoncé {} {} ne convient à aucune colonne de {}",
    "compare it with datapackage.json, or leave it out": "comparez-le avec datapackage.json, ou laissez-le de côté",
    "it has {} values": "elle a {} valeurs",
    "write one": "n'en écrivez qu'une",
    # cells
    "the cell has {} characters": "la cellule a {} caractères",
    "write at most {}; leave the rest to the source": "écrivez-en au plus {} ; laissez le reste à la source",
    "the cell holds a line break or an invisible character": "la cellule contient un saut de ligne ou un caractère invisible",
    "write it in one line of visible letters": "écrivez-la en une ligne de lettres visibles",
    "the cell is empty": "la cellule est vide",
    "fill it": "remplissez-la",
    "it says which row is meant: fill it": "elle dit de quelle ligne il s'agit : remplissez-la",
    "'{}' has a blank too many": "« {} » a une espace de trop",
    "write '{}'": "écrivez « {} »",
    "'{}' is what a spreadsheet takes for a formula": "« {} » est ce qu'un tableur prend pour une formule",
    "begin it with a letter or a digit": "commencez-la par une lettre ou un chiffre",
    "'{}' stands for something not known": "« {} » est mis pour une chose inconnue",
    "leave the cell empty": "laissez la cellule vide",
    "'{}' looks like a number rewritten by the spreadsheet": "« {} » ressemble à un nombre réécrit par le tableur",
    "write all its digits": "écrivez tous ses chiffres",
    "'{}' looks like a date rewritten by the spreadsheet": "« {} » ressemble à une date réécrite par le tableur",
    "write the year first: 2017-07-14": "écrivez l'année d'abord : 2017-07-14",
    "write 2017, 2017-07 or 2017-07-14": "écrivez 2017, 2017-07 ou 2017-07-14",
    "'{}' is not of the type of this column": "« {} » n'est pas du type de cette colonne",
    "write yes or no": "écrivez yes ou no",
    "write digits with a decimal point": "écrivez des chiffres avec un point décimal",
    "write a whole number, digits only": "écrivez un nombre entier, en chiffres seulement",
    "write a whole address, https://...": "écrivez une adresse entière, https://...",
    "'{}' is not an address of the web": "« {} » n'est pas une adresse du web",
    "write a whole address, https://..., without blanks": "écrivez une adresse entière, https://..., sans espaces",
    "'{}' is not in the list {}": "« {} » n'est pas dans la liste {}",
    "write one of {}": "écrivez l'un de ceux-ci : {}",
    "'{}' is not in {}.csv": "« {} » n'est pas dans {}.csv",
    "'{}' is not in this table": "« {} » n'est pas dans cette table",
    "separate values by '; ' and write codes that the table has": "séparez les valeurs par « ; » et écrivez des codes que la table contient",
    "write an identifier that the table has, or add the row there first": "écrivez un identifiant que la table contient, ou ajoutez-y d'abord la ligne",
    "'{}' is not an identifier": "« {} » n'est pas un identifiant",
    "write lower-case letters, digits and hyphens only": "n'écrivez que des lettres minuscules, des chiffres et des traits d'union",
    "'{}' does not have the form of this column": "« {} » n'a pas la forme de cette colonne",
    "'{}' is not a date": "« {} » n'est pas une date",
    "'{}' is not a date: there is no year 0": "« {} » n'est pas une date : il n'y a pas d'année 0",
    "'{}' is not a date: there is no month {}": "« {} » n'est pas une date : il n'y a pas de mois {}",
    "write {} or {}-01 to {}-12": "écrivez {} ou de {}-01 à {}-12",
    "'{}' is not a date: that month has {} days": "« {} » n'est pas une date : ce mois a {} jours",
    "write {}, {} or {}": "écrivez {}, {} ou {}",
    "write a day of the calendar": "écrivez un jour du calendrier",
    "'{}' is not a single day": "« {} » n'est pas un jour unique",
    "write the day, for example {}": "écrivez le jour, par exemple {}",
    "write a day, for example {}": "écrivez un jour, par exemple {}",
    "{} lies in the future": "{} est dans l'avenir",
    "write a day up to {}": "écrivez un jour jusqu'au {}",
    # rows
    "the row has too many or too few cells": "la ligne a trop ou trop peu de cellules",
    "the row with {} stands too late": "la ligne {} vient trop tard",
    "the row is empty": "la ligne est vide",
    "delete it": "supprimez-la",
    "'{}' stands above already": "« {} » figure déjà plus haut",
    "give each row its own value; identifiers are never used again": "donnez à chaque ligne sa propre valeur ; un identifiant ne sert jamais deux fois",
    "a row with this key stands above already": "une ligne avec cette clé figure déjà plus haut",
    "delete one of the two, or correct the key": "supprimez l'une des deux, ou corrigez la clé",
    "the row stands in line {} already": "la ligne figure déjà à la ligne {}",
    "the row stands twice": "la ligne figure deux fois",
    "{} {} lies before {} {}": "{} {} est antérieur à {} {}",
    "write a date from {} on, or correct {}": "écrivez une date à partir de {}, ou corrigez {}",
    "a row names one party, either a country or an organisation": "une ligne nomme une partie, soit un pays, soit une organisation",
    "fill one of the two columns; make a row for each party": "remplissez l'une des deux colonnes ; faites une ligne par partie",
    "a figure is for either a country or an organisation": "un chiffre concerne soit un pays, soit une organisation",
    "fill one of the two columns; make a row for each figure": "remplissez l'une des deux colonnes ; faites une ligne par chiffre",
    "there is no '{}' in {}.csv": "il n'y a pas de « {} » dans {}.csv",
    "write a table and an identifier of that table": "écrivez une table et un identifiant de cette table",
    "a row that was left out has no reason": "une ligne écartée n'a pas de motif",
    "say why in a few words": "dites pourquoi en quelques mots",
    "compare the row with datapackage.json": "comparez la ligne avec datapackage.json",
    "'{}' ({}) is not what the stronger source says: '{}' ({})": "« {} » ({}) n'est pas ce que dit la source la plus sûre : « {} » ({})",
    "write that value and its source here and move this one to citation.csv": "écrivez ici cette valeur et sa source et déplacez celle-ci vers citation.csv",
    "write that value and its source here and move this one to citation.csv, or cite in {} what else the source speaks of": "écrivez ici cette valeur et sa source et déplacez celle-ci vers citation.csv, ou citez dans {} ce dont parle aussi la source",
    # proposals
    "compare the file with docs/proposals.md": "comparez le fichier avec docs/proposals.md",
    "look at the row as it is now and propose again": "regardez la ligne telle qu'elle est maintenant et proposez de nouveau",
    "the table says '{}' by now, not '{}'": "la table dit désormais « {} », et non « {} »",
    "the row that it changes is no longer there": "la ligne qu'elle modifie n'est plus là",
    "another row has come under this identifier": "une autre ligne porte déjà cet identifiant",
    "choose another identifier, or start from that row": "choisissez un autre identifiant, ou partez de cette ligne",
    "the proposal has {} MB": "la proposition fait {} Mo",
    "propose at most {} MB at a time": "proposez au plus {} Mo à la fois",
    "the proposal cannot be read: {}": "la proposition ne peut pas être lue : {}",
    "the file is no proposal of the format {}": "le fichier n'est pas une proposition au format {}",
    "the proposal has an unknown part '{}'": "la proposition a une partie inconnue « {} »",
    "the proposal has no rows, or too many": "la proposition n'a pas de lignes, ou en a trop",
    "propose 1 to {} rows": "proposez de 1 à {} lignes",
    "the proposal does not name the graph that it was made against": "la proposition ne nomme pas le graphe à partir duquel elle a été faite",
    "the proposal's part 'author' is missing or cannot be read": "votre nom manque ou ne peut pas être lu",
    "the proposal's part 'reason' is missing or cannot be read": "le motif manque ou ne peut pas être lu",
    "the proposal's part '{}' is missing or cannot be read": "la partie « {} » de la proposition manque ou ne peut pas être lue",
    "write a text of 1 to {} visible letters": "écrivez un texte de 1 à {} lettres visibles",
    "row {} of the proposal has not the parts table, before and after": "la ligne {} de la proposition n'a pas les parties table, before et after",
    "row {} of the proposal: there is no table '{}'": "ligne {} de la proposition : il n'y a pas de table « {} »",
    "row {} of the proposal: '{}' is no row of texts": "ligne {} de la proposition : « {} » n'est pas une ligne de textes",
    "row {} of the proposal: the column {} is missing or is not one of {}": "ligne {} de la proposition : la colonne {} manque ou n'est pas une colonne de {}",
    "give every column a cell: {}": "donnez une cellule à chaque colonne : {}",
    "row {} of the proposal changes what says which row it is": "la ligne {} de la proposition change ce qui dit de quelle ligne il s'agit",
    "propose a new row instead": "proposez plutôt une nouvelle ligne",
    # the desk
    "others are having their rows checked at the moment": "d'autres font vérifier leurs lignes en ce moment",
    "send yours again in a few seconds": "renvoyez les vôtres dans quelques secondes",
    "the rows took too long or too much memory to look at": "les lignes demandent trop de temps ou de mémoire",
    "the rows could not be looked at": "les lignes n'ont pas pu être vérifiées",
    "send fewer rows at a time": "envoyez moins de lignes à la fois",
    "there are no rows": "il n'y a pas de lignes",
    "there are both a file and pasted rows": "il y a à la fois un fichier et des lignes collées",
    "choose a file, or paste rows with their heading": "choisissez un fichier, ou collez des lignes avec leur en-tête",
    "no table is chosen": "aucune table n'est choisie",
    "choose the table that the rows are for": "choisissez la table à laquelle les lignes sont destinées",
    "there is no table '{}'": "il n'y a pas de table « {} »",
    "choose a table": "choisissez une table",
}
"""English templates and their French."""


def in_language(issue: Issue, language: str) -> Issue:
    """A finding with its message and hint in a language; English where there is no text in it."""
    if language == "en":
        return issue
    return replace(issue, message=words(issue.message, language), hint=words(issue.hint, language))


def words(text: str, language: str) -> str:
    """A message, a hint, or a text of `datapackage.json` in a language; as it is where there is none."""
    return text if language == "en" else translated(text) or text


def translated(text: str) -> str:
    """A text in French; empty where the tables do not have it."""
    if not text:
        return ""
    if text in TABLES or text in FRENCH:
        return TABLES.get(text) or FRENCH[text]
    for pattern, french in _patterns():
        if match := pattern.fullmatch(text):
            # what follows a colon may be a text of the rules itself: `mla: it has 2 values`
            values = (
                [translated(value) or value for value in match.groups()]
                if french == FRENCH["{}: {}"]
                else match.groups()
            )
            return french.format(*values)
    parts = text.split("; ")
    said = [translated(part) for part in parts] if len(parts) > 1 else []
    return " ; ".join(said) if all(said) else ""


@functools.cache
def _patterns() -> list[tuple[re.Pattern[str], str]]:
    """Templates with values, those with most words of their own first."""
    valued = [(english, french) for english, french in FRENCH.items() if "{}" in english]
    ordered = sorted(valued, key=lambda pair: -len(pair[0].replace("{}", "")))
    return [(re.compile(re.escape(english).replace(r"\{\}", "(.*)"), re.DOTALL), french) for english, french in ordered]
