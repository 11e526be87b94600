"""Rules and alerts in English sentences, for commands and logs."""

from core.alerts.rules import Means, Rule, When, Who
from core.alerts.watcher import Alert


def sentence(rule: Rule) -> str:
    """A rule, such as `Ada appears: notification, at most every 5 min`."""
    who = {
        Who.ANYBODY: "anybody enrolled",
        Who.PERSON: rule.name,
        Who.GROUP: f"anybody of the group {rule.name}",
        Who.UNKNOWN: "somebody unknown",
    }[rule.who]
    if rule.when is When.MISSING:
        happens = f"{who} has not been seen for {duration(rule.seconds)}"
    elif rule.seconds:
        happens = f"{who} has been in view for {duration(rule.seconds)}"
    else:
        happens = f"{who} appears"
    told = rule.means.value if rule.means is not Means.MQTT else "MQTT"
    target = f" {rule.shown_target}" if rule.shown_target else ""
    often = f", at most every {duration(rule.every)}" if rule.every and rule.when is When.APPEARS else ""
    return f"{happens}: {told}{target}{often}"


def text(alert: Alert) -> str:
    """An alert, such as `Ada is here.`"""
    who = alert.name or "Somebody unknown"
    if alert.rule.when is When.MISSING:
        return f"{who} has not been seen for {duration(alert.rule.seconds)}."
    return f"{who} is here."


def duration(seconds: float) -> str:
    """Seconds in the largest unit that fits: `90 s`, `5 min`, `2 h`."""
    for unit, name in ((86_400, "days"), (3600, "h"), (60, "min")):
        if seconds >= unit and seconds % unit == 0 and (unit < 86_400 or seconds > unit):
            return f"{seconds / unit:g} {name}"
    return f"{seconds:g} s"
