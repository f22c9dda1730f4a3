"""What the modules of devices have in common: a client as small as a microcontroller's, its bytes, its errors, and the device itself."""
