using Serverless.Access.Issuers;

namespace Serverless.Tests.Unit.Access;

public sealed class IssuerOptionsTests
{
    private static FederatedRule Sound => new()
    {
        Issuer = new Uri("https://token.example.com"),
        Audience = "https://updates.example.com",
        Claims = { ["repository"] = "acme/shop" },
        Scopes = "upload, promote",
    };

    [Theory]
    [InlineData("acme/shop", "acme/shop", true)]
    [InlineData("acme/shop", "acme/shop2", false)]
    [InlineData("acme/shop", "ACME/shop", false)]
    [InlineData("acme/*", "acme/shop", true)]
    [InlineData("acme/*", "acme/", false)]
    [InlineData("acme/*", "acme-evil/shop", false)]
    [InlineData("repo:acme/shop:*", "repo:acme/shop:ref:refs/heads/main", true)]
    [InlineData("repo:acme/shop:*", "repo:acme/shopping:ref:refs/heads/main", false)]
    public void Claim_is_what_its_pattern_says(string pattern, string value, bool matches) => Assert.Equal(matches, ClaimPattern.Matches(pattern, value));

    [Theory]
    [InlineData("main", true)]
    [InlineData("refs/heads/release/*", true)]
    [InlineData("", false)]
    [InlineData("*", false)]
    [InlineData("/*", false)]
    [InlineData("acme*", false)]
    [InlineData("*/shop", false)]
    [InlineData("acme/*/x", false)]
    [InlineData("acme/**", false)]
    public void Wildcard_stands_behind_a_separator_at_the_end(string pattern, bool isSound) => Assert.Equal(isSound, ClaimPattern.IsSound(pattern));

    [Fact]
    public void Sound_rule_is_taken() => Assert.Empty(Faults("github", _ => { }));

    [Fact]
    public void Each_fault_names_its_setting()
    {
        Assert.Contains("needs a name of letters", Faults("git hub", _ => { }), StringComparison.Ordinal);
        Assert.Contains("Access:Federated:github:Issuer must be", Faults("github", rule => rule.Issuer = new Uri("http://token.example.com")), StringComparison.Ordinal);
        Assert.Contains("Access:Federated:github:Audience must", Faults("github", rule => rule.Audience = ""), StringComparison.Ordinal);
        Assert.Contains("Access:Federated:github:Claims must name", Faults("github", rule => rule.Claims.Clear()), StringComparison.Ordinal);
        Assert.Contains("Access:Federated:github:Claims:ref must be", Faults("github", rule => rule.Claims["ref"] = "*"), StringComparison.Ordinal);
        Assert.Contains("Access:Federated:github:Scopes must be", Faults("github", rule => rule.Scopes = "root"), StringComparison.Ordinal);
        Assert.Contains("Access:Federated:github:Apps names 'x'", Faults("github", rule => rule.Apps = "x"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "", null, null)]
    [InlineData("5a7f1c1e-0000-4000-8000-000000000001", "client", null, null)]
    [InlineData("contoso.onmicrosoft.com", "client", null, "Access:EntraId:TenantId")]
    [InlineData("5a7f1c1e-0000-4000-8000-000000000001", "", null, "Access:EntraId:Audience")]
    [InlineData("5a7f1c1e-0000-4000-8000-000000000001", "client", "http://login.example.com", "Access:EntraId:Instance")]
    public void Entra_id_is_set_wholly_or_not_at_all(string tenant, string audience, string? instance, string? fault)
    {
        var options = new EntraIdOptions { TenantId = tenant, Audience = audience };
        options.Instance = instance is null ? options.Instance : new Uri(instance);

        var result = new EntraIdOptionsValidator().Validate(name: null, options);

        Assert.Equal(fault, result.FailureMessage?.Split(' ')[0]);
    }

    private static string Faults(string name, Action<FederatedRule> change)
    {
        var rule = Sound;
        change(rule);
        return new FederatedOptionsValidator().Validate(name: null, new FederatedOptions { Rules = { [name] = rule } }).FailureMessage ?? "";
    }
}
