using Microsoft.Extensions.Options;
using Serverless.Apps;

namespace Serverless.Access.Issuers;

/// <summary>Rules for tokens of others by name: <c>Access:Federated:{name}:Issuer</c> and so on.</summary>
internal sealed class FederatedOptions
{
    public const string Section = "Access:Federated";

    public Dictionary<string, FederatedRule> Rules { get; } = new(StringComparer.Ordinal);
}

/// <summary>Which tokens of an issuer are taken, and for what.</summary>
internal sealed class FederatedRule
{
    /// <summary>As its tokens name it; its keys are found by OpenID Connect discovery. HTTPS, or the machine itself.</summary>
    public Uri? Issuer { get; set; }

    public string Audience { get; set; } = "";

    /// <summary>What each claim must be; <c>*</c> after a <c>/</c> or <c>:</c> at the end stands for anything.</summary>
    public Dictionary<string, string> Claims { get; } = new(StringComparer.Ordinal);

    /// <summary>Separated by commas.</summary>
    public string Scopes { get; set; } = "";

    /// <summary>App ids, separated by commas; empty for all.</summary>
    public string Apps { get; set; } = "";

    public string[] ListScopes() => Split(Scopes);

    public string[] ListApps() => Split(Apps);

    private static string[] Split(string text) => text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
}

internal sealed class FederatedOptionsValidator : IValidateOptions<FederatedOptions>
{
    private const int MaxName = 40;

    public ValidateOptionsResult Validate(string? name, FederatedOptions options)
    {
        string[] faults = [.. options.Rules.SelectMany(rule => FindFaults(rule.Key, rule.Value))];
        return faults.Length == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }

    private static IEnumerable<string> FindFaults(string name, FederatedRule rule)
    {
        var setting = $"{FederatedOptions.Section}:{name}";
        if (name.Length > MaxName || !name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_'))
        {
            yield return $"{setting} needs a name of letters, digits, '-' and '_', at most {MaxName}.";
        }

        if (!TokenIssuer.IsAddress(rule.Issuer))
        {
            yield return $"{setting}:Issuer must be an https address.";
        }

        if (rule.Audience.Length == 0)
        {
            yield return $"{setting}:Audience must say for whom the issuer makes the tokens, such as this server's address.";
        }

        // Everybody has an account with the issuers of the large services.
        if (rule.Claims.Count == 0)
        {
            yield return $"{setting}:Claims must name at least one claim, such as repository: without, all tokens of the issuer would do.";
        }

        foreach (var claim in rule.Claims.Where(claim => !ClaimPattern.IsSound(claim.Value)))
        {
            yield return $"{setting}:Claims:{claim.Key} must be a value, in which '*' may stand at the end after '/' or ':'.";
        }

        if (!ScopeWords.TryParse(rule.ListScopes(), out _))
        {
            yield return $"{setting}:Scopes must be some of {string.Join(", ", ScopeWords.All)}.";
        }

        foreach (var unknown in rule.ListApps().Where(app => !AppId.TryParse(app, out _)))
        {
            yield return $"{setting}:Apps names '{unknown}', which is no app id.";
        }
    }
}
