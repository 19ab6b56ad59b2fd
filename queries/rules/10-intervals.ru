#+ title: From when to when a participation or a membership certainly holds
#+ question: Between which days is it sure that this party was bound, or this country a member?
#+ note: From the latest day the entry into force can mean; where a source only says that it is in force on a day, from that day. Never before the agreement itself is in force. An end known only as "ended" gives no interval; where no end is known, none is written.
PREFIX adms: <http://www.w3.org/ns/adms#>
PREFIX coop: <https://w3id.org/coopkg/def#>
PREFIX graph: <https://w3id.org/coopkg/graph/>
PREFIX seeds: <https://w3id.org/coopkg/graph/seeds/>
PREFIX treaty-status: <https://w3id.org/coopkg/code/treaty-status/>

INSERT { GRAPH graph:intervals { ?relation coop:from ?from ; coop:to ?to } }
WHERE {
  GRAPH seeds:participation {
    ?relation coop:hasAgreement ?agreement ; adms:status ?status ; coop:statusAsOfLatest ?seen ; coop:checked ?checked .
    OPTIONAL { ?relation coop:sinceLatest ?since }
    OPTIONAL { ?relation coop:untilEarliest ?until }
  }
  OPTIONAL { GRAPH seeds:agreement { ?agreement coop:sinceLatest ?general } }
  OPTIONAL { GRAPH seeds:agreement { ?agreement coop:untilEarliest ?end } }
  FILTER (?status = treaty-status:in-force || (BOUND(?since) && BOUND(?until)))
  BIND (IF(?seen < ?checked, ?seen, ?checked) AS ?known)
  BIND (COALESCE(?since, ?known) AS ?own)
  BIND (IF(BOUND(?general) && ?general > ?own, ?general, ?own) AS ?from)
  BIND (COALESCE(IF(?end < ?until, ?end, ?until), ?until, ?end) AS ?to)
  FILTER (!BOUND(?to) || ?from <= ?to)
} ;

INSERT { GRAPH graph:intervals { ?relation coop:from ?from ; coop:to ?to } }
WHERE {
  VALUES ?table { seeds:group_membership seeds:membership seeds:opt_out }
  GRAPH ?table {
    ?relation coop:sinceLatest ?from .
    OPTIONAL { ?relation coop:untilEarliest ?to }
  }
}
