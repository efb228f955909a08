using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Serverless.Deliveries;

/// <summary>Shared access signatures as Azure Service Bus and Notification Hubs take them, made without asking anybody.</summary>
internal static class SharedAccessToken
{
    /// <returns>The value of the header <c>Authorization</c>.</returns>
    public static string Make(Uri resource, string keyName, string key, DateTimeOffset expiresAt)
    {
        var scope = Uri.EscapeDataString(resource.GetLeftPart(UriPartial.Path).ToLowerInvariant());
        var expiry = expiresAt.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        var signature = HMACSHA256.HashData(Encoding.UTF8.GetBytes(key), Encoding.UTF8.GetBytes($"{scope}\n{expiry}"));
        return $"SharedAccessSignature sr={scope}&sig={Uri.EscapeDataString(Convert.ToBase64String(signature))}&se={expiry}&skn={Uri.EscapeDataString(keyName)}";
    }
}
