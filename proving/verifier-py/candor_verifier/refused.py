"""Why a proof is not accepted."""


class Refused(Exception):
    """A check failed, or bytes are malformed; `check` is the check's name, or MALFORMED."""

    def __init__(self, check, sentence):
        super().__init__("%s: %s" % (check, sentence))
        self.check = check
