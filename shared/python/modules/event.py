"""Events of Makeblock's boards: `start` runs its function at once, the others wait for what cannot happen here."""


def start(function):
    function()
    return function


def _never(*_arguments, **_more):
    return lambda function: function


button_a_pressed = button_b_pressed = button_c_pressed = button_pressed = received = shaked = tilted_left = tilted_right = _never
light_over = sound_over = greater_than = less_than = is_press = _never
