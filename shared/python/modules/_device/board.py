"""What a device shows and does, told in lines: this console has no pins and no screen."""

from _inspector import sched


def show(what, *values):
    """One line about what a device would show now."""
    sched.note(f"[{what}] {' '.join(str(value) for value in values)}")


class Absent(Exception):
    """Something only the device itself can do."""


def impossible(what, hint):
    """Raises, with what to do instead."""
    raise NotImplementedError(f"{what} needs the device itself: {hint}")


class Anything(float):
    """Stands for a part whose every attribute may be read, called and set: screens, widgets, sensors. What they measure is 0.0."""

    def __new__(cls, *_arguments, **_keywords):
        return super().__new__(cls, 0.0)

    def __init__(self, name, *_arguments, **_keywords):
        object.__setattr__(self, "_name", name)
        object.__setattr__(self, "_values", {})

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        values = object.__getattribute__(self, "_values")
        if name not in values:
            values[name] = Anything(f"{object.__getattribute__(self, '_name')}.{name}")
        return values[name]

    def __setattr__(self, name, value):
        object.__getattribute__(self, "_values")[name] = value

    def __call__(self, *arguments, **keywords):
        name = object.__getattribute__(self, "_name")
        leaf = name.rpartition(".")[2]
        if arguments and leaf.lower().startswith(("set", "show", "print", "draw", "write", "play")):
            show(name, *arguments)
        if leaf.startswith(("get_text", "getText")):
            return ""
        return Anything(name)

    def __index__(self):
        return 0

    def __iter__(self):
        return iter(())

    def __getitem__(self, key):
        return Anything(f"{object.__getattribute__(self, '_name')}[{key!r}]")

    def __repr__(self):
        return f"<{object.__getattribute__(self, '_name')}>"


def absorbing(module):
    """`__getattr__` of a module of which everything may be read, called and set."""

    def attribute(name):
        if name.startswith("__"):
            raise AttributeError(f"module {module!r} has no attribute {name!r}")
        return Anything(f"{module}.{name}")

    return attribute


def succeeding(module):
    """`__getattr__` of a module whose further functions answer 0: done."""

    def attribute(name):
        if name.startswith("_"):
            raise AttributeError(f"module {module!r} has no attribute {name!r}")
        return lambda *_arguments, **_keywords: 0

    return attribute
