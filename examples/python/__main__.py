"""Records what changed, uploads with rsync, and purges that."""

import pulumi
import pulumi_cloudflare_cache_purge as cache
from pulumi_command import local

site = cache.Site("site", zone="example.com", dir="./dist", base_urls=["https://www.example.com"])
upload = local.Command(
    "upload",
    create="rsync -a --delete dist/ web:/srv/www/",
    triggers=[site.record],
    opts=pulumi.ResourceOptions(depends_on=[site]),
)
purge = cache.Purge("purge", ticket=site.ticket, opts=pulumi.ResourceOptions(depends_on=[upload]))

pulumi.export("receipt", purge.receipt)
