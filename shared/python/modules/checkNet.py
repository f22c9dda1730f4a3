"""QuecPython's wait for the network, which is there at once."""

_SUCCESS = (3, 1)


class CheckNetwork:
    def __init__(self, project_name, project_version):
        self.project_name = project_name
        self.project_version = project_version

    def poweron_print_once(self):
        for line in (
            "==================================================",
            f"PROJECT_NAME     : {self.project_name}",
            f"PROJECT_VERSION  : {self.project_version}",
            "FIRMWARE_VERSION : console",
            "POWERON_REASON   : 1",
            "SIM_CARD_STATUS  : 1",
            "==================================================",
        ):
            print(line)

    def wait_network_connected(self, timeout=60):
        return _SUCCESS


def waitNetworkReady(timeout=60):
    return _SUCCESS


wait_network_connected = waitNetworkReady
