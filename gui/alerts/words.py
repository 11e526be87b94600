"""Rules and alerts in the user's language."""

from PySide6.QtCore import QCoreApplication

from core.alerts.rules import Means, Rule, When, Who
from core.alerts.watcher import Alert


def told(alert: Alert) -> str:
    """An alert as a sentence."""
    if alert.rule.when is When.MISSING:
        return _tr("{} has not been seen for {}.").format(alert.name, duration(alert.rule.seconds))
    return _tr("{} is here.").format(alert.name) if alert.name else _tr("Somebody unknown is here.")


def happening(rule: Rule) -> str:
    """What a rule waits for."""
    who = {
        Who.ANYBODY: _tr("Anybody enrolled"),
        Who.PERSON: rule.name,
        Who.GROUP: _tr("Anybody of {}").format(rule.name),
        Who.UNKNOWN: _tr("Somebody unknown"),
    }[rule.who]
    if rule.when is When.MISSING:
        return _tr("{} has not been seen for {}").format(who, duration(rule.seconds))
    if rule.seconds:
        return _tr("{} is in view for {}").format(who, duration(rule.seconds))
    return _tr("{} appears").format(who)


def means(kind: Means) -> str:
    """How a rule tells."""
    return {
        Means.NOTIFICATION: _tr("Notification"),
        Means.SOUND: _tr("Sound"),
        Means.COMMAND: _tr("Command"),
        Means.WEBHOOK: _tr("Webhook"),
        Means.MQTT: "MQTT",
    }[kind]


def duration(seconds: float) -> str:
    """Seconds in the largest unit that fits."""
    for unit, text in ((86_400, _tr("{:g} days")), (3600, _tr("{:g} h")), (60, _tr("{:g} min"))):
        if seconds >= unit and seconds % unit == 0 and (unit < 86_400 or seconds > unit):
            return text.format(seconds / unit)
    return _tr("{:g} s").format(seconds)


def _tr(text: str) -> str:
    return QCoreApplication.translate("alerts", text)
