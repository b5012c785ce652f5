"""Sentences that short texts say, in their words or in others, and the same sentences altered until they are wrong.

Half of the texts were there when the thresholds of the check were chosen; the other half was not looked at then.
"""

from typing import Literal, NamedTuple

Alteration = Literal["number", "negation", "name", "swap", "opposite", "invented"]


class Case(NamedTuple):
    """One sentence."""

    text: str
    how: Alteration | None
    """What was altered; None for a true sentence."""


TUNED: dict[str, tuple[str, tuple[Case, ...]]] = {
    "pump.md": (
        "# The pump\n\n"
        "The P200 pump moves 40 litres of water per minute at a pressure of 3 bar. It must not run dry for "
        "more than 20 "
        "seconds, because the seal is cooled by the water. The motor is switched off automatically when the "
        "temperature of "
        "the housing exceeds 85 degrees. Valve A feeds the boiler, and valve B feeds the cistern. The filter "
        "is cleaned "
        "every 6 months and replaced after two years. The pump is supplied by Grundvig and the controller by Halden.\n",
        (
            Case("The P200 pump moves 40 litres of water per minute.", None),
            Case("At 3 bar the pump delivers 40 litres each minute.", None),
            Case("It must not run dry for more than 20 seconds.", None),
            Case("Running dry for longer than 20 seconds must not happen, since water cools the seal.", None),
            Case("When the housing gets hotter than 85 degrees, the motor is switched off automatically.", None),
            Case("The filter is replaced after two years.", None),
            Case("Valve A feeds the boiler.", None),
            Case("Clean the filter every six months.", None),
            Case("The controller is supplied by Halden.", None),
            Case("The P200 pump moves 45 litres of water per minute.", "number"),
            Case("The pump works at a pressure of 8 bar.", "number"),
            Case("It must not run dry for more than 200 seconds.", "number"),
            Case("The motor is switched off when the housing exceeds 95 degrees.", "number"),
            Case("The filter is cleaned every 2 months and replaced after six years.", "number"),
            Case("It must run dry for more than 20 seconds.", "negation"),
            Case("The motor is not switched off automatically when the temperature exceeds 85 degrees.", "negation"),
            Case("The seal is not cooled by the water.", "negation"),
            Case("The P300 pump moves 40 litres of water per minute.", "name"),
            Case("The controller is supplied by Siemens.", "name"),
            Case("Valve A feeds the cistern, and valve B feeds the boiler.", "swap"),
            Case("The pump is supplied by Halden and the controller by Grundvig.", "swap"),
            Case(
                "The motor is switched on automatically when the temperature of the housing falls below 85 degrees.",
                "opposite",
            ),
            Case("The pump has a warranty of five years.", "invented"),
            Case("The pump can be controlled by a mobile phone.", "invented"),
        ),
    ),
    "library.md": (
        "# Reading room\n\n"
        "The reading room opens at 9 in the morning and closes at 18. Members may borrow up to 12 books for "
        "four weeks; "
        "visitors may not borrow any. A fee of 0.50 euros per day is charged for late books. Magazines are "
        "kept on the first "
        "floor, maps on the third floor. Requests from the archive are answered within 5 working days. Food "
        "is never allowed "
        "in the room, but water in closed bottles is permitted.\n",
        (
            Case("The reading room opens at 9 in the morning.", None),
            Case("Up to 12 books may be borrowed by members for four weeks.", None),
            Case("Visitors may not borrow any books.", None),
            Case("Late books cost a fee of 0.50 euros per day.", None),
            Case("Maps are kept on the third floor.", None),
            Case("The archive answers requests within 5 working days.", None),
            Case("Water in closed bottles is permitted.", None),
            Case("The reading room opens at 8 in the morning.", "number"),
            Case("Members may borrow up to 20 books for four weeks.", "number"),
            Case("A fee of 5 euros per day is charged for late books.", "number"),
            Case("Requests from the archive are answered within 15 working days.", "number"),
            Case("Visitors may borrow any books.", "negation"),
            Case("Food is allowed in the room.", "negation"),
            Case("Water in closed bottles is not permitted.", "negation"),
            Case("Magazines are kept on the third floor, maps on the first floor.", "swap"),
            Case("The reading room closes at 9 in the morning and opens at 18.", "opposite"),
            Case("Water in open bottles is permitted.", "opposite"),
            Case("The British Museum lends its books to members.", "name"),
            Case("Computers can be reserved for two hours.", "invented"),
        ),
    ),
}

HELD_OUT: dict[str, tuple[str, tuple[Case, ...]]] = {
    "backup.md": (
        "# Backups\n\n"
        "A full backup is written every Sunday at 2:30, and an incremental one on each other night. Backups "
        "are kept for 30 "
        "days on the disk array and for seven years on tape. The database has to be stopped before a "
        "restore. Restoring the "
        "mail server takes about 4 hours. Files in the folder scratch are not included in any backup. The "
        "primary copy lies in "
        "Oslo, the second copy in Bergen. Tapes are encrypted with AES-256.\n",
        (
            Case("A full backup is written every Sunday at 2:30.", None),
            Case("On the other nights an incremental backup is written.", None),
            Case("Backups stay on the disk array for 30 days.", None),
            Case("On tape, backups are kept for 7 years.", None),
            Case("Before a restore, the database has to be stopped.", None),
            Case("Files in the folder scratch are not included in any backup.", None),
            Case("Restoring the mail server takes about four hours.", None),
            Case("The tapes are encrypted with AES-256.", None),
            Case("The second copy lies in Bergen.", None),
            Case("A full backup is written every Sunday at 4:30.", "number"),
            Case("Backups are kept for 90 days on the disk array.", "number"),
            Case("Backups are kept for 7 days on the disk array and for 30 years on tape.", "number"),
            Case("Restoring the mail server takes about 40 hours.", "number"),
            Case("The database does not have to be stopped before a restore.", "negation"),
            Case("Files in the folder scratch are included in every backup.", "negation"),
            Case("Tapes are not encrypted.", "negation"),
            Case("The primary copy lies in Bergen, the second copy in Oslo.", "swap"),
            Case("The second copy lies in Stockholm.", "name"),
            Case("Tapes are encrypted with AES-128.", "name"),
            Case("The database has to be started before a restore.", "opposite"),
            Case("The database has to be stopped after a restore.", "opposite"),
            Case("Backups are checked by an outside company.", "invented"),
            Case("Users can restore deleted mail by themselves.", "invented"),
        ),
    ),
    "bridge.md": (
        "# The bridge\n\n"
        "The bridge is 212 metres long and was opened in 1934. Trucks heavier than 16 tonnes are not allowed "
        "on it. Cyclists use "
        "the lane on the east side, pedestrians the lane on the west side. The steel is painted every 12 "
        "years. In winter the "
        "deck is heated as soon as the temperature falls below 2 degrees. The toll was abolished in 1971. "
        "The river Lauta flows "
        "under it into the Grey Lake.\n",
        (
            Case("The bridge is 212 metres long.", None),
            Case("It was opened in 1934.", None),
            Case("Trucks heavier than 16 tonnes are not allowed on the bridge.", None),
            Case("Cyclists use the lane on the east side.", None),
            Case("The steel gets a new coat of paint every 12 years.", None),
            Case("The toll was abolished in 1971.", None),
            Case("As soon as it is colder than 2 degrees in winter, the deck is heated.", None),
            Case("The Lauta flows into the Grey Lake.", None),
            Case("The bridge is 221 metres long.", "number"),
            Case("The bridge was opened in 1971 and the toll abolished in 1934.", "number"),
            Case("The steel is painted every 2 years.", "number"),
            Case("Trucks heavier than 60 tonnes are not allowed on it.", "number"),
            Case("Trucks heavier than 16 tonnes are allowed on it.", "negation"),
            Case("The toll was never abolished.", "negation"),
            Case("In winter the deck is not heated.", "negation"),
            Case("Cyclists use the lane on the west side, pedestrians the lane on the east side.", "swap"),
            Case("The Grey Lake flows under it into the river Lauta.", "swap"),
            Case("The river Rhine flows under it into the Grey Lake.", "name"),
            Case("The deck is heated as soon as the temperature rises above 2 degrees.", "opposite"),
            Case("Trucks lighter than 16 tonnes are not allowed on it.", "opposite"),
            Case("The bridge was designed by a Danish engineer.", "invented"),
            Case("Swimmers jump from the bridge every summer.", "invented"),
        ),
    ),
}
