using static Serverless.Tests.Infrastructure.PredictedResources;

namespace Serverless.Tests.Infrastructure;

/// <summary>What the deployment promises, in both examples.</summary>
public sealed class SecurityTests(CompiledTemplates templates)
{
    private const string BlobDataOwner = "b7e6dc6d-f1e8-4753-8033-0f276bb0955b";
    private const string BlobDataContributor = "ba92f5b4-2d11-453d-a403-e96b0029c9fe";
    private const string BlobDataReader = "2a2b9908-6ea1-4ae2-8e65-a410df84e7d1";
    private const string QueueDataContributor = "974c5e8b-45b9-4653-ba55-5f855dd0fb88";
    private const string TableDataContributor = "0a9a7e1f-b9d0-4cc4-a60d-0319b160aaa3";
    private const string CryptoUser = "12338af0-0e69-4776-bea7-57ae8d297424";
    private const string SecretsUser = "4633458b-17de-408a-874b-0445c86b69e6";
    private const string MetricsPublisher = "3913510d-42f4-4e42-8a64-420c390055eb";

    private IEnumerable<PredictedResources> Examples => [templates.Small, templates.Large];

    [BicepFact]
    public void Storage_takes_identities_alone_and_shows_nothing_to_the_public() => Assert.All(Examples, resources =>
    {
        var account = resources.Single("Microsoft.Storage/storageAccounts").GetProperty("properties");

        Assert.False(account.GetProperty("allowSharedKeyAccess").GetBoolean());
        Assert.False(account.GetProperty("allowBlobPublicAccess").GetBoolean());
        Assert.True(account.GetProperty("supportsHttpsTrafficOnly").GetBoolean());
        Assert.All(
            resources.OfType("Microsoft.Storage/storageAccounts/blobServices/containers"),
            container => Assert.Equal("None", Text(container, "properties", "publicAccess")));
    });

    [BicepFact]
    public void Nothing_speaks_less_than_TLS_1_2() => Assert.All(Examples, resources =>
    {
        Assert.Equal("TLS1_2", Text(resources.Single("Microsoft.Storage/storageAccounts"), "properties", "minimumTlsVersion"));
        var site = resources.Single("Microsoft.Web/sites").GetProperty("properties");
        Assert.True(site.GetProperty("httpsOnly").GetBoolean());
        Assert.Equal(("1.2", "1.2"), (Text(site, "siteConfig", "minTlsVersion"), Text(site, "siteConfig", "scmMinTlsVersion")));
    });

    [BicepFact]
    public void Signing_keys_are_made_in_hardware_only_sign_and_never_rotate_by_themselves() => Assert.All(Examples, resources =>
    {
        Assert.NotEmpty(resources.OfType("Microsoft.KeyVault/vaults/keys"));
        Assert.All(resources.OfType("Microsoft.KeyVault/vaults/keys"), key =>
        {
            Assert.Equal(("RSA-HSM", "2048"), (Text(key, "properties", "kty"), Text(key, "properties", "keySize")));
            Assert.Equal(["sign", "verify"], At(key, "properties", "keyOps").EnumerateArray().Select(operation => operation.GetString()));
            Assert.False(At(key, "properties", "attributes", "exportable").GetBoolean());
            var action = Assert.Single(At(key, "properties", "rotationPolicy", "lifetimeActions").EnumerateArray());
            Assert.Equal("notify", Text(action, "action", "type"));
        });
    });

    [BicepFact]
    public void Vault_is_Premium_cannot_be_purged_and_is_audited() => Assert.All(Examples, resources =>
    {
        var vault = resources.Single("Microsoft.KeyVault/vaults").GetProperty("properties");

        Assert.Equal("premium", Text(vault, "sku", "name"));
        Assert.True(vault.GetProperty("enablePurgeProtection").GetBoolean());
        Assert.True(vault.GetProperty("enableRbacAuthorization").GetBoolean());
        var log = Assert.Single(At(resources.Single("Microsoft.Insights/diagnosticSettings"), "properties", "logs").EnumerateArray());
        Assert.Equal("audit", Text(log, "categoryGroup"));
    });

    [BicepFact]
    public void App_has_the_roles_it_needs_each_on_the_narrowest_thing() => Assert.Equal(
        new HashSet<(string, string)>
        {
            ($"Microsoft.Storage/storageAccounts/{Account(templates.Small)}", BlobDataOwner),
            ($"Microsoft.Storage/storageAccounts/{Account(templates.Small)}", QueueDataContributor),
            ($"Microsoft.Storage/storageAccounts/{Account(templates.Small)}", TableDataContributor),
            ($"Microsoft.KeyVault/vaults/{Vault(templates.Small)}/keys/updates", CryptoUser),
            ($"Microsoft.KeyVault/vaults/{Vault(templates.Small)}/secrets/device-pepper", SecretsUser),
            ("Microsoft.Insights/components/appi-updates", MetricsPublisher),
        },
        Roles(templates.Small));

    [BicepFact]
    public void Publishers_write_the_drop_zone_and_read_the_quarantine_and_each_key_has_a_role_of_its_own()
    {
        var containers = $"Microsoft.Storage/storageAccounts/{Account(templates.Large)}/blobServices/default/containers";

        Assert.Equal(
            new HashSet<(string, string)>
            {
                ($"{containers}/uploads", BlobDataContributor),
                ($"{containers}/quarantine", BlobDataReader),
                ($"Microsoft.KeyVault/vaults/{Vault(templates.Large)}/keys/updates-2027", CryptoUser),
            },
            Roles(templates.Large).Except(Roles(templates.Small)).ToHashSet());
    }

    [BicepFact]
    public void Every_role_assignment_is_named_by_what_it_says_and_so_made_once() => Assert.All(
        templates.Small.OfType("Microsoft.Authorization/roleAssignments"),
        assignment => Assert.Matches($@"guid\('(?<scope>[^']+)', .+principalId\.value, '{Text(assignment, "properties", "roleDefinitionId").Split('/')[^1]}'\)", Text(assignment, "name")));

    [BicepFact]
    public void App_is_deployed_to_without_a_password() => Assert.All(Examples, resources => Assert.Equal(
        [("ftp", "False"), ("scm", "False")],
        resources.OfType("Microsoft.Web/sites/basicPublishingCredentialsPolicies")
            .Select(policy => (Text(policy, "name").Split('/')[^1], Text(policy, "properties", "allow"))).Order()));

    [BicepFact]
    public void No_setting_of_the_app_is_a_secret() => Assert.All(Examples, resources =>
    {
        var settings = At(resources.Single("Microsoft.Web/sites/config"), "properties");

        Assert.Contains("@Microsoft.KeyVault(SecretUri=", Text(settings, "Signing__Pepper"), StringComparison.Ordinal);
        Assert.DoesNotContain(settings.EnumerateObject(), setting => setting.Value.ToString().Contains("AccountKey=", StringComparison.OrdinalIgnoreCase));
        Assert.False(settings.TryGetProperty("AzureWebJobsStorage", out _));
    });

    [BicepFact]
    public void Pepper_is_written_where_one_is_given_and_never_otherwise() =>
        Assert.Equal("[not(empty(parameters('pepper')))]", Text(templates.Large.Single("Microsoft.KeyVault/vaults/secrets"), "condition"));

    [BicepFact]
    public void Version_that_is_told_comes_before_the_newest_of_the_vault()
    {
        Assert.Contains("coalesce(tryGet(parameters('keys')[copyIndex()], 'version'), last(split(reference(", templates.MainText, StringComparison.Ordinal);
        Assert.Contains("coalesce(tryGet(parameters('signingKeys')[copyIndex('value')], 'version'), tryGet(parameters('keyVersions'), parameters('signingKeys')[copyIndex('value')].name))", templates.MainText, StringComparison.Ordinal);
    }

    [BicepFact]
    public void Client_certificates_are_asked_for_where_Event_Grid_does_not_call()
    {
        var site = templates.Large.Single("Microsoft.Web/sites").GetProperty("properties");

        Assert.Equal(
            ("True", "Required", "/runtime"), (Text(site, "clientCertEnabled"), Text(site, "clientCertMode"), Text(site, "clientCertExclusionPaths")));
        Assert.Equal("False", Text(templates.Small.Single("Microsoft.Web/sites"), "properties", "clientCertEnabled"));
    }

    [BicepFact]
    public void Server_is_told_whom_the_Front_Door_is_to_be_believed_from() =>
        Assert.Equal("147.243.0.0/16", Text(templates.Large.Single("Microsoft.Web/sites/config"), "properties", "Transport__TrustedProxies"));

    [BicepFact]
    public void Private_deployment_closes_storage_and_vault_to_all_but_its_network() => Assert.All(
        [templates.Large.Single("Microsoft.Storage/storageAccounts"), templates.Large.Single("Microsoft.KeyVault/vaults")],
        resource =>
        {
            Assert.Equal("Disabled", Text(resource, "properties", "publicNetworkAccess"));
            Assert.Equal(("Deny", "AzureServices"), (Text(resource, "properties", "networkAcls", "defaultAction"), Text(resource, "properties", "networkAcls", "bypass")));
        });

    [BicepFact]
    public void Seals_can_be_made_immutable_and_no_rule_deletes_them() => Assert.All(Examples, resources =>
    {
        var seals = resources.OfType("Microsoft.Storage/storageAccounts/blobServices/containers").Single(container => Text(container, "name").EndsWith("/seals", StringComparison.Ordinal));

        Assert.True(At(seals, "properties", "immutableStorageWithVersioning", "enabled").GetBoolean());
        Assert.True(At(resources.Single("Microsoft.Storage/storageAccounts/blobServices"), "properties", "isVersioningEnabled").GetBoolean());
        Assert.DoesNotContain("seals", resources.Single("Microsoft.Storage/storageAccounts/managementPolicies").ToString(), StringComparison.Ordinal);
    });

    private static string Account(PredictedResources resources) => Text(resources.Single("Microsoft.Storage/storageAccounts"), "name");

    private static string Vault(PredictedResources resources) => Text(resources.Single("Microsoft.KeyVault/vaults"), "name");

    /// <summary>Read from the ids, which are expressions: the principal of the app is known to Azure alone.</summary>
    private static HashSet<(string Scope, string Role)> Roles(PredictedResources resources) =>
    [
        .. resources.OfType("Microsoft.Authorization/roleAssignments").Select(assignment =>
        {
            var id = Text(assignment, "id");
            var scope = id.StartsWith('[') ? id.Split('\'')[1] : id[..id.IndexOf("/providers/Microsoft.Authorization/", StringComparison.Ordinal)];
            return (scope[(scope.IndexOf("/providers/", StringComparison.Ordinal) + "/providers/".Length)..], Text(assignment, "properties", "roleDefinitionId").Split('/')[^1]);
        }),
    ];
}
