using Microsoft.Extensions.Options;

namespace Serverless.Deliveries;

/// <summary>Azure Notification Hubs, for push. Off when nothing is set.</summary>
internal sealed class NotificationHubOptions
{
    public const string Section = "NotificationHub";

    /// <summary>Of the namespace or the hub, with the right to send.</summary>
    public string ConnectionString { get; set; } = "";

    public string Hub { get; set; } = "";

    /// <summary>Instead of the namespace's own address.</summary>
    public Uri? BaseUri { get; set; }

    /// <returns>Null when push is off, or when the settings are wrong, which the validator tells.</returns>
    public NotificationHubConnection? Connect()
    {
        var parts = ConnectionString.Split(';', StringSplitOptions.RemoveEmptyEntries)
            .Select(part => part.Split('=', 2))
            .Where(part => part.Length == 2)
            .GroupBy(part => part[0].Trim(), StringComparer.OrdinalIgnoreCase)
            .ToDictionary(part => part.Key, part => part.First()[1].Trim(), StringComparer.OrdinalIgnoreCase);
        return Uri.TryCreate(parts.GetValueOrDefault("Endpoint"), UriKind.Absolute, out var endpoint)
            && parts.GetValueOrDefault("SharedAccessKeyName") is { Length: > 0 } keyName
            && parts.GetValueOrDefault("SharedAccessKey") is { Length: > 0 } key
            && Hub.Length > 0
                ? new NotificationHubConnection(new Uri(BaseUri ?? new Uri($"https://{endpoint.Host}/"), $"{Uri.EscapeDataString(Hub)}/"), keyName, key)
                : null;
    }
}

/// <param name="Address">Of the hub, ending in a slash.</param>
/// <param name="KeyName">Of the access policy.</param>
/// <param name="Key">Its key; never shown or logged.</param>
internal sealed record NotificationHubConnection(Uri Address, string KeyName, string Key);

internal sealed class NotificationHubOptionsValidator : IValidateOptions<NotificationHubOptions>
{
    private const string Settings = NotificationHubOptions.Section;

    public ValidateOptionsResult Validate(string? name, NotificationHubOptions options) => options switch
    {
        { ConnectionString: "", Hub: "" } => ValidateOptionsResult.Success,
        { BaseUri: { } uri } when !(uri.IsAbsoluteUri && (uri.Scheme == Uri.UriSchemeHttps || uri.IsLoopback)) =>
            ValidateOptionsResult.Fail($"{Settings}:BaseUri must be an https address."),
        _ when options.Connect() is null => ValidateOptionsResult.Fail(
            $"{Settings}:ConnectionString must be 'Endpoint=sb://…;SharedAccessKeyName=…;SharedAccessKey=…', and {Settings}:Hub the hub's name."),
        _ => ValidateOptionsResult.Success,
    };
}
