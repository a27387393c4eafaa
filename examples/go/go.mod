module site

go 1.24

require (
	github.com/pulumi/pulumi-command/sdk v1.1.3
	github.com/pulumi/pulumi/sdk/v3 v3.200.0
)
