// A Jira and a Confluence, linked on both ends with OAuth.
package main

import (
	"example.com/pulumi-applinks/sdk/go/applinks"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi/config"
)

func main() {
	pulumi.Run(func(ctx *pulumi.Context) error {
		settings := config.New(ctx, "")
		oauth := applinks.DirectionArgs{Level: pulumi.String("oauth"), Execute_as: pulumi.String("user")}
		link, err := applinks.NewApplicationLink(ctx, "jira-wiki", &applinks.ApplicationLinkArgs{
			Source: applinks.ApplicationArgs{
				Url:         pulumi.String(settings.Require("jira_url")),
				Credentials: pulumi.String("jira"),
			},
			Target: applinks.ApplicationArgs{
				Url:         pulumi.String(settings.Require("wiki_url")),
				Credentials: pulumi.String("wiki"),
			},
			Authentication: applinks.AuthenticationArgs{Outgoing: oauth, Incoming: oauth},
		})
		if err != nil {
			return err
		}
		ctx.Export("status", link.Status)
		ctx.Export("link_id", link.Link_id)
		ctx.Export("reverse_link_id", link.Reverse_link_id)
		return nil
	})
}
