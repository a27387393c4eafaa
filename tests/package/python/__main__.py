"""A site as a Python program writes it, without the SDK that `pulumi package add` makes: that needs the CLI."""

import pulumi

PACKAGE = "cloudflare-cache-purge:index"
config = pulumi.Config()


class Site(pulumi.ComponentResource):
    record: pulumi.Output[str]
    ticket: pulumi.Output[str]

    def __init__(self, name, props, opts=None):
        outputs = {"record": None, "ticket": None}
        super().__init__(f"{PACKAGE}:Site", name, {**outputs, **props}, opts, True)


class Command(pulumi.CustomResource):
    def __init__(self, name, props, opts=None):
        super().__init__("command:local:Command", name, {"stdout": None, **props}, opts)


class Purge(pulumi.CustomResource):
    receipt: pulumi.Output[dict]

    def __init__(self, name, ticket, opts=None):
        super().__init__(f"{PACKAGE}:Purge", name, {"ticket": ticket, "receipt": None}, opts)


options = config.require_object("options")
site = Site(
    "site",
    {
        **options,
        "rebound": {"seconds": options["rebound"]},
        "zone": "example.com",
        "dir": config.require("dir"),
        "baseUrls": config.require_object("baseUrls"),
        "connectTo": {"*": config.require("edge")},
    },
)
origin = config.require("origin")
upload = Command(
    "upload",
    {
        "create": f"rm -rf {origin}/* && cp -R {config.require('dir')}/. {origin}/",
        "triggers": [site.record],
    },
    pulumi.ResourceOptions(depends_on=[site]),
)
purge = Purge("purge", site.ticket, pulumi.ResourceOptions(depends_on=[upload]))
pulumi.export("receipt", purge.receipt)
