// Records what changed, uploads with rsync, and purges that.
package main

import (
	"github.com/pulumi/pulumi-command/sdk/go/command/local"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	cache "example.com/pulumi-cloudflare-cache-purge/sdk/go/cloudflarecachepurge"
)

func main() {
	pulumi.Run(func(ctx *pulumi.Context) error {
		site, err := cache.NewSite(ctx, "site", &cache.SiteArgs{
			Zone:     pulumi.String("example.com"),
			Dir:      pulumi.String("./dist"),
			BaseUrls: pulumi.StringArray{pulumi.String("https://www.example.com")},
		})
		if err != nil {
			return err
		}
		upload, err := local.NewCommand(ctx, "upload", &local.CommandArgs{
			Create:   pulumi.String("rsync -a --delete dist/ web:/srv/www/"),
			Triggers: pulumi.Array{site.Record},
		}, pulumi.DependsOn([]pulumi.Resource{site}))
		if err != nil {
			return err
		}
		purge, err := cache.NewPurge(ctx, "purge", &cache.PurgeArgs{Ticket: site.Ticket},
			pulumi.DependsOn([]pulumi.Resource{upload}))
		if err != nil {
			return err
		}
		ctx.Export("receipt", purge.Receipt)
		return nil
	})
}
