"""The commands `alerts list`, `add`, `remove` and `test`: whom the user wants to be told of."""

import time
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any

import typer

from core.cli.opening import opened_gallery
from core.cli.options import AsJson, GalleryFile, person_name
from core.cli.printing import already_done, print_table
from core.system.terminal import print_json

if TYPE_CHECKING:
    from core.alerts.rules import Rule

alerts = typer.Typer(
    name="alerts",
    help="Tell me when somebody appears, or has not been seen for a while. Rules belong to this computer; they apply "
    "in the window, and in `watch --alerts`.",
    no_args_is_help=True,
)

Number = Annotated[int, typer.Argument(metavar="NUMBER", help="The rule's number, see `firstsight alerts list`.")]


@alerts.command("list")
def list_rules(gallery: GalleryFile = None, json: AsJson = False) -> None:
    """List the rules. Passwords and arguments are left out."""
    from core.alerts import kept
    from core.alerts.telling import sentence

    with opened_gallery(gallery) as store:
        rules = kept.rules(store)
    if json:
        print_json({"rules": [_record(number, rule) for number, rule in rules.items()]})
    elif rules:
        rows = [[str(number), sentence(rule), "on" if rule.on else "off"] for number, rule in rules.items()]
        print_table(f"{len(rows)} rules" if len(rows) > 1 else "1 rule", ["number", "rule", ""], rows)
    else:
        print("There are no rules: firstsight alerts add --unknown --for 5 --notification")


@alerts.command()
def add(
    name: Annotated[
        str | None,
        typer.Argument(metavar="[NAME]", parser=person_name, help="A person; else everybody enrolled."),
    ] = None,
    group: Annotated[str | None, typer.Option(metavar="GROUP", help="The people of a group.")] = None,
    unknown: Annotated[bool, typer.Option("--unknown", help="Somebody who is clearly nobody enrolled.")] = False,
    seconds: Annotated[
        float, typer.Option("--for", min=0, metavar="SECONDS", help="Only who has been in view this long.")
    ] = 0.0,
    missing: Annotated[
        float | None,
        typer.Option(min=0.02, metavar="HOURS", help="Instead, when somebody has not been seen for this long."),
    ] = None,
    every: Annotated[
        float, typer.Option(min=0, metavar="SECONDS", help="At most this often about the same person.")
    ] = 300.0,
    notification: Annotated[bool, typer.Option("--notification", help="Tell by a desktop notification.")] = False,
    sound: Annotated[bool, typer.Option("--sound", help="Tell by a sound.")] = False,
    command: Annotated[
        str | None,
        typer.Option(
            metavar="COMMAND",
            help="Tell by running a command, without a shell; who it is stands in FIRSTSIGHT_NAME and, as JSON, on its "
            "standard input.",
        ),
    ] = None,
    webhook: Annotated[str | None, typer.Option(metavar="URL", help="Tell by posting JSON to this address.")] = None,
    mqtt: Annotated[
        str | None,
        typer.Option(metavar="URL", help="Tell by publishing JSON: mqtt://[user:password@]host[:port]/topic."),
    ] = None,
    gallery: GalleryFile = None,
    json: AsJson = False,
) -> None:
    """Add a rule. Nothing leaves this computer except to an address or a command that you give here."""
    from core.alerts import kept
    from core.alerts.rules import Means, Rule, When, Who
    from core.alerts.telling import sentence

    whom = [(Who.PERSON, name)] * (name is not None) + [(Who.GROUP, group)] * (group is not None)
    whom += [(Who.UNKNOWN, "")] * unknown
    told = [(Means.NOTIFICATION, "")] * notification + [(Means.SOUND, "")] * sound
    told += [
        (means, target)
        for means, target in ((Means.COMMAND, command), (Means.WEBHOOK, webhook), (Means.MQTT, mqtt))
        if target is not None
    ]
    if len(whom) > 1:
        raise typer.BadParameter("give only one of NAME, --group and --unknown")
    if len(told) != 1:
        raise typer.BadParameter("give one of --notification, --sound, --command, --webhook and --mqtt")
    (who, called), (means, target) = (whom or [(Who.ANYBODY, "")])[0], told[0]
    rule = Rule(
        who,
        called or "",
        When.APPEARS if missing is None else When.MISSING,
        seconds if missing is None else missing * 3600,
        every,
        means,
        target,
    )
    with opened_gallery(gallery) as store:
        if who is Who.PERSON:
            store.require(rule.name)
        number = kept.add(store, rule)
    with already_done():
        if json:
            print_json({"rule": _record(number, rule)})
        else:
            print(f"Rule {number}: {sentence(rule)}.")


@alerts.command()
def remove(number: Number, gallery: GalleryFile = None, json: AsJson = False) -> None:
    """Delete a rule."""
    from core.alerts import kept

    with opened_gallery(gallery) as store:
        kept.remove(store, number)
    with already_done():
        if json:
            print_json({"removed": number})
        else:
            print(f"Rule {number} is deleted.")


@alerts.command("test")
def try_rule(number: Number, gallery: GalleryFile = None, json: AsJson = False) -> None:
    """Tell as if a rule applied now, to see that it arrives."""
    from core.alerts import kept
    from core.alerts.sending import OUTSIDE, carry_out
    from core.alerts.telling import text
    from core.alerts.watcher import Alert
    from core.errors import AlertError

    with opened_gallery(gallery) as store:
        rule = kept.rules(store).get(number)
    if rule is None:
        raise AlertError(f"There is no rule {number}: `firstsight alerts list` lists the numbers.")
    alert = Alert(rule, rule.name or "Test", time.time(), "test")
    if rule.means in OUTSIDE:
        carry_out(alert)
    if json:
        print_json({"told": alert.record()})
    else:
        print(f"Told: {text(alert)}")


def _record(number: int, rule: "Rule") -> dict[str, Any]:
    return {**asdict(rule), "number": number, "target": rule.shown_target}
