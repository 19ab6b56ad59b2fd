#+ title: From version 1 of the ontology to version 2
#+ question: How does a graph that was built with the terms of version 1 (0.1.0) say the same in those of version 2?
#+ note: Run it once on a store whose statements are in named graphs. Terms that mean two things in version 1 come first, by the class of the record. The graph of the ontology is emptied: load ontology/*.ttl of version 2 into it. The table for people is in ontology/README.md.
PREFIX adms: <http://www.w3.org/ns/adms#>
PREFIX bibo: <http://purl.org/ontology/bibo/>
PREFIX coop: <https://w3id.org/coopkg/def#>
PREFIX dc: <http://purl.org/dc/elements/1.1/>
PREFIX dcterms: <http://purl.org/dc/terms/>
PREFIX gn: <http://www.geonames.org/ontology#>
PREFIX graph: <https://w3id.org/coopkg/graph/>
PREFIX org: <http://www.w3.org/ns/org#>
PREFIX prov: <http://www.w3.org/ns/prov#>
PREFIX schema: <https://schema.org/>
PREFIX sdmx-attribute: <http://purl.org/linked-data/sdmx/2009/attribute#>
PREFIX sdmx-dimension: <http://purl.org/linked-data/sdmx/2009/dimension#>
PREFIX sdmx-measure: <http://purl.org/linked-data/sdmx/2009/measure#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>

CLEAR SILENT GRAPH graph:ontology ;

DELETE { GRAPH ?graph { ?record ?old ?value } }
INSERT { GRAPH ?graph { ?record ?new ?value } }
WHERE {
  VALUES (?class ?old ?new) {
    (coop:PartnershipMembership coop:isMembershipIn org:organization)
    (coop:PartnershipMembership coop:hasMember org:member)
    (coop:CountryRole coop:hasRole dcterms:type)
    (coop:Posting coop:covers schema:areaServed)
    (coop:Envelope coop:date dcterms:issued)
  }
  GRAPH ?graph { ?record a ?class ; ?old ?value }
} ;

DELETE { GRAPH ?graph { ?record ?old ?value } }
INSERT { GRAPH ?graph { ?record ?new ?value } }
WHERE {
  VALUES (?old ?new) {
    (prov:wasGeneratedBy prov:wasInfluencedBy)
    (coop:alpha2 gn:countryCode)
    (coop:alpha3 dcterms:identifier)
    (coop:asOf dcterms:valid)
    (coop:bound dcterms:dateAccepted)
    (coop:checkedBy dc:contributor)
    (coop:cites dcterms:references)
    (coop:date schema:startDate)
    (coop:dateEarliest coop:sinceEarliest)
    (coop:dateLatest coop:sinceLatest)
    (coop:declaresUnder coop:hasAgreement)
    (coop:description dcterms:description)
    (coop:detections sdmx-measure:obsValue)
    (coop:entries schema:numberOfItems)
    (coop:exemptsFrom coop:hasAgreement)
    (coop:field schema:name)
    (coop:firstReported dcterms:date)
    (coop:formerCode skos:hiddenLabel)
    (coop:founded schema:foundingDate)
    (coop:fromCountry coop:startsAt)
    (coop:fromHub coop:startsAt)
    (coop:hasAction dcterms:type)
    (coop:hasBudgetScope coop:hasAmountBasis)
    (coop:hasFramework dcterms:isPartOf)
    (coop:hasFromRole coop:hasRoleAtStart)
    (coop:hasHub dcterms:spatial)
    (coop:hasIndicator dcterms:subject)
    (coop:hasInstrument schema:funder)
    (coop:hasKind dcterms:type)
    (coop:hasMember coop:hasParticipant)
    (coop:hasPriceBasis coop:hasAmountBasis)
    (coop:hasRole org:role)
    (coop:hasStatus adms:status)
    (coop:hasSubject dcterms:subject)
    (coop:hasToRole coop:hasRoleAtEnd)
    (coop:hasUnit sdmx-attribute:unitMeasure)
    (coop:heading schema:category)
    (coop:implementer schema:provider)
    (coop:isAboutProperty schema:propertyID)
    (coop:isAllocationOf dcterms:isPartOf)
    (coop:isEventOf schema:organizer)
    (coop:isEvidenceFor dcterms:subject)
    (coop:isLegOf dcterms:isPartOf)
    (coop:isMembershipIn coop:hasGroup)
    (coop:isProvisionOf dcterms:isPartOf)
    (coop:isWeightOf dcterms:isPartOf)
    (coop:item schema:name)
    (coop:legalReference dcterms:bibliographicCitation)
    (coop:listsMembersOf dcterms:subject)
    (coop:listsPartiesTo coop:hasAgreement)
    (coop:locator bibo:locator)
    (coop:locode dcterms:identifier)
    (coop:m49 skos:notation)
    (coop:ordinal schema:position)
    (coop:outcome dcterms:description)
    (coop:participatesIn coop:hasAgreement)
    (coop:place schema:location)
    (coop:programme schema:category)
    (coop:quantity sdmx-measure:obsValue)
    (coop:reachesGroup coop:hasGroup)
    (coop:region dc:coverage)
    (coop:replaces dcterms:replaces)
    (coop:replacesText dc:relation)
    (coop:resultedIn coop:hasAgreement)
    (coop:score schema:ratingValue)
    (coop:servesMatter coop:inMatter)
    (coop:signed dcterms:created)
    (coop:since schema:startDate)
    (coop:statusAsOf dcterms:valid)
    (coop:subject dc:subject)
    (coop:toCountry coop:endsAt)
    (coop:toHub coop:endsAt)
    (coop:until schema:endDate)
    (coop:url schema:url)
    (coop:value schema:value)
    (coop:weight schema:value)
    (coop:wikidata schema:identifier)
    (coop:year sdmx-dimension:refPeriod)
  }
  GRAPH ?graph { ?record ?old ?value }
} ;

DELETE { GRAPH ?graph { ?citation schema:propertyID ?old } }
INSERT { GRAPH ?graph { ?citation schema:propertyID ?new } }
WHERE {
  VALUES (?table ?old ?new) {
    ("/id/membership/" coop:isMembershipIn org:organization)
    ("/id/membership/" coop:hasMember org:member)
    ("/id/country-role/" coop:hasRole dcterms:type)
    ("/id/posting/" coop:covers schema:areaServed)
    ("/id/envelope/" coop:date dcterms:issued)
  }
  GRAPH ?graph { ?citation schema:propertyID ?old ; dcterms:references ?record }
  FILTER (CONTAINS(STR(?record), ?table))
} ;

DELETE { GRAPH ?graph { ?citation schema:propertyID ?old } }
INSERT { GRAPH ?graph { ?citation schema:propertyID ?new } }
WHERE {
  VALUES (?old ?new) {
    (coop:alpha2 gn:countryCode)
    (coop:alpha3 dcterms:identifier)
    (coop:asOf dcterms:valid)
    (coop:bound dcterms:dateAccepted)
    (coop:checkedBy dc:contributor)
    (coop:cites dcterms:references)
    (coop:date schema:startDate)
    (coop:dateEarliest coop:sinceEarliest)
    (coop:dateLatest coop:sinceLatest)
    (coop:declaresUnder coop:hasAgreement)
    (coop:description dcterms:description)
    (coop:detections sdmx-measure:obsValue)
    (coop:entries schema:numberOfItems)
    (coop:exemptsFrom coop:hasAgreement)
    (coop:field schema:name)
    (coop:firstReported dcterms:date)
    (coop:formerCode skos:hiddenLabel)
    (coop:founded schema:foundingDate)
    (coop:fromCountry coop:startsAt)
    (coop:fromHub coop:startsAt)
    (coop:hasAction dcterms:type)
    (coop:hasBudgetScope coop:hasAmountBasis)
    (coop:hasFramework dcterms:isPartOf)
    (coop:hasFromRole coop:hasRoleAtStart)
    (coop:hasHub dcterms:spatial)
    (coop:hasIndicator dcterms:subject)
    (coop:hasInstrument schema:funder)
    (coop:hasKind dcterms:type)
    (coop:hasMember coop:hasParticipant)
    (coop:hasPriceBasis coop:hasAmountBasis)
    (coop:hasRole org:role)
    (coop:hasStatus adms:status)
    (coop:hasSubject dcterms:subject)
    (coop:hasToRole coop:hasRoleAtEnd)
    (coop:hasUnit sdmx-attribute:unitMeasure)
    (coop:heading schema:category)
    (coop:implementer schema:provider)
    (coop:isAboutProperty schema:propertyID)
    (coop:isAllocationOf dcterms:isPartOf)
    (coop:isEventOf schema:organizer)
    (coop:isEvidenceFor dcterms:subject)
    (coop:isLegOf dcterms:isPartOf)
    (coop:isMembershipIn coop:hasGroup)
    (coop:isProvisionOf dcterms:isPartOf)
    (coop:isWeightOf dcterms:isPartOf)
    (coop:item schema:name)
    (coop:legalReference dcterms:bibliographicCitation)
    (coop:listsMembersOf dcterms:subject)
    (coop:listsPartiesTo coop:hasAgreement)
    (coop:locator bibo:locator)
    (coop:locode dcterms:identifier)
    (coop:m49 skos:notation)
    (coop:ordinal schema:position)
    (coop:outcome dcterms:description)
    (coop:participatesIn coop:hasAgreement)
    (coop:place schema:location)
    (coop:programme schema:category)
    (coop:quantity sdmx-measure:obsValue)
    (coop:reachesGroup coop:hasGroup)
    (coop:region dc:coverage)
    (coop:replaces dcterms:replaces)
    (coop:replacesText dc:relation)
    (coop:resultedIn coop:hasAgreement)
    (coop:score schema:ratingValue)
    (coop:servesMatter coop:inMatter)
    (coop:signed dcterms:created)
    (coop:since schema:startDate)
    (coop:statusAsOf dcterms:valid)
    (coop:subject dc:subject)
    (coop:toCountry coop:endsAt)
    (coop:toHub coop:endsAt)
    (coop:until schema:endDate)
    (coop:url schema:url)
    (coop:value schema:value)
    (coop:weight schema:value)
    (coop:wikidata schema:identifier)
    (coop:year sdmx-dimension:refPeriod)
  }
  GRAPH ?graph { ?citation schema:propertyID ?old }
} ;

DELETE { GRAPH ?graph { ?record a ?old } }
INSERT { GRAPH ?graph { ?record a ?new } }
WHERE {
  VALUES (?old ?new) {
    (coop:Country schema:Country)
    (coop:CrimeIndexScore schema:Rating)
    (coop:Event schema:Event)
    (coop:Organisation org:Organization)
    (coop:Partnership org:OrganizationalCollaboration)
    (coop:PartnershipMembership org:Membership)
    (coop:RouteFlow schema:Observation)
    (coop:ScoreWeight schema:PropertyValue)
    (coop:Source dcterms:BibliographicResource)
  }
  GRAPH ?graph { ?record a ?old }
} ;

DELETE { GRAPH ?graph { ?record a ?old } }
WHERE {
  VALUES ?old { coop:Finding coop:Membership coop:Record }
  GRAPH ?graph { ?record a ?old }
} ;

DELETE WHERE { GRAPH ?graph { ?record coop:statusAsOfEarliest ?day } }
