using Microsoft.Extensions.Options;

namespace Serverless.Access.Issuers;

/// <summary>The Entra ID tenant whose people and apps may call, by the roles that they have in the app registration of this server.</summary>
internal sealed class EntraIdOptions
{
    public const string Section = "Access:EntraId";

    /// <summary>The tenant's id; empty: nobody signs in by Entra ID.</summary>
    public string TenantId { get; set; } = "";

    /// <summary>The client id of the app registration.</summary>
    public string Audience { get; set; } = "";

    /// <summary>Another one for national clouds. HTTPS, or the machine itself.</summary>
    public Uri Instance { get; set; } = new("https://login.microsoftonline.com");
}

internal sealed class EntraIdOptionsValidator : IValidateOptions<EntraIdOptions>
{
    public ValidateOptionsResult Validate(string? name, EntraIdOptions options) =>
        options.TenantId.Length == 0 ? ValidateOptionsResult.Success
        : !Guid.TryParse(options.TenantId, out _) ? ValidateOptionsResult.Fail($"{EntraIdOptions.Section}:TenantId must be the id of a tenant, and not its domain.")
        : options.Audience.Length == 0 ? ValidateOptionsResult.Fail($"{EntraIdOptions.Section}:Audience must be the client id of the app registration.")
        : !TokenIssuer.IsAddress(options.Instance) ? ValidateOptionsResult.Fail($"{EntraIdOptions.Section}:Instance must be an https address.")
        : ValidateOptionsResult.Success;
}
