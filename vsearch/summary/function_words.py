"""Words that hold sentences together and name nothing, for some languages of the west.

Other languages are told apart by how often their words come: what every chapter has tells of none.
"""

from __future__ import annotations

_DETERMINERS = """
a an the this that these those my your his her its our their each every some any no of in on at
for from with about into
der die das den dem des ein eine einen einem einer eines mein dein sein ihr unser kein jeder diese
dieser dieses im am zum zur vom
le la les un une des du de ce cet cette ces mon ma mes ton ta tes son sa ses notre votre leur au aux
el los las una unos unas del al este esta estos estas mi tu su nuestro
il lo gli i uno dei della delle dello degli nel nella sul sulla questo questa
o os as um uma do da dos das no na nos nas seu sua
het een deze dit dat mijn jouw zijn haar ons onze
"""

_OTHERS = """
and or but nor so yet if then than as because while when where why how what which who whom whose
whoever whatever there here it he she they we you i me him them us myself itself themselves is am
are was were be been being do does did done doing has have had having will would shall should can
could may might must to by off out up down over under again further once only very too just also
even still ever never always often not all both few more most other others such same own between
through during before after above below until against without within across along around upon till
per one two three four five six seven eight nine ten first second last next new old many much lot
lots thing things something anything nothing everything someone nobody everybody way get gets got
go goes going gone went come comes came make makes made take takes took taken put puts know knows
think say says said tell tells told see sees saw seen look looks want wants need needs like really
well now today yes yeah okay ok oh uh um right actually maybe kind sort good great little big
it's that's there's i'm you're we're they're don't doesn't didn't can't won't isn't aren't wasn't
let let's us thank thanks please back away young old whole half several
almost enough rather quite begins begin began start starts started
give gives gave given keep keeps kept become becomes became
find finds found show shows shown use uses used using call called turn turns long
und oder aber denn wenn dann als weil dass ob wie was wer wo warum ich du er sie es wir ihr mich
dich sich uns euch ist bin bist sind war waren sein wird werden wurde wurden hat haben hatte hatten
kann können konnte muss müssen soll sollen will wollen nicht auch noch nur schon sehr mehr viel
viele man mit von zu bei nach aus auf für über unter vor hinter zwischen durch gegen ohne um bis
hier da dort so immer wieder nun ja nein doch mal etwas alles
et ou mais donc car si que qui quoi dont où je tu elle on nous vous ils elles me te se lui y en est
suis es sommes êtes sont était étaient être avoir ai as a avons avez ont fait faire peut pas ne plus
très aussi bien tout tous toute toutes comme avec sans pour par dans sur sous entre avant après
chez vers quand comment pourquoi ici là même encore toujours c'est
y e o u pero si que quien como cuando donde yo tú él ella nosotros ellos ellas se lo le les me te es
soy son era eran ser estar está están ha han haber hay fue muy más también todo todos con sin por
para en sobre entre hasta desde no sí ya porque
ma se che chi cui come quando dove perché io lei noi voi loro si mi ti ci vi è sono era erano essere
ha hanno avere non più molto anche tutto tutti con senza per tra fra da di su
mas eu ele ela nós eles elas é são foi ser ter tem não muito também com sem por para em sobre entre
en of maar want als dan dat die wie wat waar hoe ik jij je hij zij ze wij we jullie is ben bent was
waren worden wordt heeft hebben had niet ook nog wel meer veel met van te bij naar uit op voor over
onder door om tot er
"""

DETERMINERS = frozenset(_DETERMINERS.split())
"""What follows one of these is mostly a name of something."""

FUNCTION_WORDS = DETERMINERS | frozenset(_OTHERS.split())
