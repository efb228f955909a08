using Microsoft.Extensions.Options;

namespace Serverless.Deliveries;

/// <summary>Webhooks by name: <c>Webhooks:{name}:Url</c> and so on.</summary>
internal sealed class WebhookOptions
{
    public const string Section = "Webhooks";

    public Dictionary<string, WebhookEndpoint> Endpoints { get; } = new(StringComparer.Ordinal);
}

/// <summary>Who is told, and of what.</summary>
internal sealed class WebhookEndpoint
{
    /// <summary>HTTPS, or the machine itself.</summary>
    public Uri? Url { get; set; }

    /// <summary><c>whsec_</c> and base64 of 24 to 64 bytes; several, separated by blanks, while the receiver changes from one to the other.</summary>
    public string Secret { get; set; } = "";

    /// <summary>Of <see cref="EventType"/>, separated by commas; empty for all.</summary>
    public string Events { get; set; } = "";

    /// <summary>App ids, separated by commas; empty for all.</summary>
    public string Apps { get; set; } = "";

    public string[] ListEvents() => Split(Events, ',');

    public string[] ListApps() => Split(Apps, ',');

    public string[] ListSecrets() => Split(Secret, ' ');

    private static string[] Split(string text, char separator) => text.Split(separator, StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
}

/// <summary>Says which setting is wrong, and never what a secret is.</summary>
internal sealed class WebhookOptionsValidator : IValidateOptions<WebhookOptions>
{
    private const int MaxName = 40;

    public ValidateOptionsResult Validate(string? name, WebhookOptions options)
    {
        string[] faults = [.. options.Endpoints.SelectMany(endpoint => FindFaults(endpoint.Key, endpoint.Value))];
        return faults.Length == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }

    private static IEnumerable<string> FindFaults(string name, WebhookEndpoint endpoint)
    {
        var setting = $"{WebhookOptions.Section}:{name}";
        if (name.Length > MaxName || !name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_') || name == NotificationHubTarget.TargetName)
        {
            yield return $"{setting} needs a name of letters, digits, '-' and '_', at most {MaxName}, other than '{NotificationHubTarget.TargetName}'.";
        }

        if (endpoint.Url is not { IsAbsoluteUri: true } url || !(url.Scheme == Uri.UriSchemeHttps || (url.Scheme == Uri.UriSchemeHttp && url.IsLoopback)))
        {
            yield return $"{setting}:Url must be an https address.";
        }

        if (endpoint.ListSecrets() is not { Length: > 0 } secrets || secrets.Any(secret => WebhookSignature.ReadSecret(secret) is null))
        {
            yield return $"{setting}:Secret must be 'whsec_' and 24 to 64 bytes in base64.";
        }

        foreach (var unknown in endpoint.ListEvents().Except(EventType.All))
        {
            yield return $"{setting}:Events names '{unknown}', which is none of {string.Join(", ", EventType.All)}.";
        }

        foreach (var unknown in endpoint.ListApps().Where(app => !Apps.AppId.TryParse(app, out _)))
        {
            yield return $"{setting}:Apps names '{unknown}', which is no app id.";
        }
    }
}
