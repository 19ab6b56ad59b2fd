#+ title: Known absences, with those that follow from complete lists
#+ question: Who is known to have none, because somebody looked or because a complete list does not name them?
#+ note: Only a list recorded as complete says so, and only for its own day. First the absences that somebody recorded, so that all stand in one place; then the lists of a member state's treaties in a matter, then the lists of the agreements of an EU body, which hold for all member states and speak of the matters that such agreements serve.
PREFIX coop: <https://w3id.org/coopkg/def#>
PREFIX country-kind: <https://w3id.org/coopkg/code/country-kind/>
PREFIX dcterms: <http://purl.org/dc/terms/>
PREFIX finding: <https://w3id.org/coopkg/code/completeness-finding/>
PREFIX graph: <https://w3id.org/coopkg/graph/>
PREFIX prov: <http://www.w3.org/ns/prov#>
PREFIX rule: <https://w3id.org/coopkg/id/rule/>
PREFIX seeds: <https://w3id.org/coopkg/graph/seeds/>

INSERT { GRAPH graph:absences { ?absence coop:hasMemberState ?member ; coop:hasCountry ?country ; coop:inMatter ?matter ; coop:statusAsOfLatest ?asOf } }
WHERE { GRAPH seeds:absence { ?absence coop:hasCountry ?country ; coop:inMatter ?matter ; coop:statusAsOfLatest ?asOf . OPTIONAL { ?absence coop:hasMemberState ?member } } } ;

INSERT { GRAPH graph:absences {
  ?absence a coop:Absence ; prov:wasInfluencedBy rule:60-absences ; coop:hasMemberState ?member ; coop:hasCountry ?country ; coop:inMatter ?matter ; coop:statusAsOfLatest ?asOf ; coop:hasProof ?list .
} }
WHERE {
  GRAPH seeds:completeness { ?list coop:hasFinding finding:complete-list ; coop:hasMemberState ?member ; coop:inMatter ?matter ; coop:statusAsOfLatest ?asOf . FILTER NOT EXISTS { ?list coop:hasCountry ?one } }
  GRAPH seeds:country { ?country dcterms:type country-kind:state }
  MINUS {
    GRAPH seeds:completeness { ?list coop:hasFinding finding:complete-list ; coop:hasMemberState ?member ; coop:inMatter ?matter }
    GRAPH seeds:participation { ?mine coop:hasParticipant ?member ; coop:hasAgreement ?agreement }
    GRAPH seeds:provision { ?provision dcterms:isPartOf ?agreement ; coop:inMatter ?matter }
    GRAPH seeds:participation { ?theirs coop:hasAgreement ?agreement ; coop:hasParticipant ?country }
  }
  FILTER (?country != ?member)
  BIND (IRI(CONCAT("https://w3id.org/coopkg/id/implied-absence/", STRAFTER(STR(?list), "/completeness/"), ".", LCASE(STRAFTER(STR(?country), "/country/")))) AS ?absence)
} ;

INSERT { GRAPH graph:absences { ?list coop:inMatter ?matter } }
WHERE {
  { SELECT DISTINCT ?list ?matter WHERE {
      GRAPH seeds:completeness { ?list coop:hasOrganisation ?body ; dcterms:type ?kind }
      GRAPH seeds:agreement { ?any coop:hasOrganisation ?body ; dcterms:type ?kind }
      GRAPH seeds:provision { ?some dcterms:isPartOf ?any ; coop:inMatter ?matter }
  } }
} ;

INSERT { GRAPH graph:absences {
  ?absence a coop:Absence ; prov:wasInfluencedBy rule:60-absences ; coop:hasCountry ?country ; coop:inMatter ?matter ; coop:statusAsOfLatest ?asOf ; coop:hasProof ?list .
} }
WHERE {
  GRAPH seeds:completeness { ?list coop:hasFinding finding:complete-list ; coop:hasOrganisation ?body ; coop:statusAsOfLatest ?asOf }
  GRAPH graph:absences { ?list coop:inMatter ?matter }
  GRAPH seeds:country { ?country dcterms:type country-kind:state }
  MINUS {
    { SELECT DISTINCT ?list ?matter ?country WHERE {
        GRAPH seeds:completeness { ?list coop:hasFinding finding:complete-list ; coop:hasOrganisation ?body ; dcterms:type ?kind ; coop:statusAsOfLatest ?asOf }
        GRAPH seeds:agreement { ?agreement coop:hasOrganisation ?body }
        GRAPH seeds:provision { ?provision dcterms:isPartOf ?agreement ; coop:inMatter ?matter }
        GRAPH seeds:participation { ?theirs coop:hasAgreement ?agreement ; coop:hasParticipant ?country . OPTIONAL { ?theirs coop:signedEarliest ?signed } }
        FILTER (!BOUND(?signed) || ?signed <= ?asOf)
    } }
  }
  BIND (IRI(CONCAT("https://w3id.org/coopkg/id/implied-absence/", STRAFTER(STR(?list), "/completeness/"), ".", STRAFTER(STR(?matter), "/matter/"), ".", LCASE(STRAFTER(STR(?country), "/country/")))) AS ?absence)
}
