"""Topic filters, MQTT 5.0 §4.7."""


def matches(topic_filter, topic):
    """Whether a topic name matches a filter. Leading wildcards pass over topics that begin with $ [MQTT-4.7.2-1]."""
    wanted = topic_filter.split("/")
    levels = topic.split("/")
    if topic.startswith("$") and wanted[0] in ("+", "#"):
        return False
    for index, want in enumerate(wanted):
        if want == "#":
            return True
        if index >= len(levels) or want not in ("+", levels[index]):
            return False
    return len(levels) == len(wanted)
