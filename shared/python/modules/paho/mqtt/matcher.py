"""A dictionary keyed by topic filters, that finds all filters matching a topic without trying each."""


class MQTTMatcher:
    """A tree of topic levels; each node may hold the value of the filter that ends there."""

    class Node:
        __slots__ = "_children", "_content"

        def __init__(self):
            self._children = {}
            self._content = None

    def __init__(self):
        self._root = self.Node()

    def __setitem__(self, key, value):
        node = self._root
        for level in key.split("/"):
            node = node._children.setdefault(level, self.Node())
        node._content = value

    def _path(self, key):
        """Nodes from the root to the one of `key`; KeyError where there is none or it holds nothing."""
        path = [self._root]
        for level in key.split("/"):
            child = path[-1]._children.get(level)
            if child is None:
                raise KeyError(key)
            path.append(child)
        if path[-1]._content is None:
            raise KeyError(key)
        return path

    def __getitem__(self, key):
        return self._path(key)[-1]._content

    def __delitem__(self, key):
        path = self._path(key)
        path[-1]._content = None
        levels = key.split("/")
        while levels and path[-1]._content is None and not path[-1]._children:
            path.pop()
            del path[-1]._children[levels.pop()]

    def iter_match(self, topic):
        """Values of all filters that match `topic`; one that starts with $ is matched by no leading wildcard (MQTT-4.7.2-1)."""
        levels = topic.split("/")
        wild_first = not topic.startswith("$")

        def below(node, depth):
            wild = wild_first or depth > 0
            if depth == len(levels):
                if node._content is not None:
                    yield node._content
            else:
                exact = node._children.get(levels[depth])
                if exact is not None:
                    yield from below(exact, depth + 1)
                one = node._children.get("+") if wild else None
                if one is not None:
                    yield from below(one, depth + 1)
            rest = node._children.get("#") if wild else None
            if rest is not None and rest._content is not None:
                yield rest._content

        return below(self._root, 0)
