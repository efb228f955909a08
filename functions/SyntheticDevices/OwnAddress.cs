using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace Serverless.SyntheticDevices;

/// <summary>Where this deployment answers devices: as it was told, as Azure says, or as this host is bound.</summary>
internal sealed class OwnAddress(IOptions<SyntheticDeviceOptions> options, IConfiguration configuration)
{
    private const string AzureHostName = "WEBSITE_HOSTNAME";

    private volatile Uri[] _bound = [];

    /// <summary>For synthetic devices. Where the host listens in the open too, they ask there: no certificate is for the name of this machine.</summary>
    /// <returns>Ends with <c>/</c>; null while the host is starting.</returns>
    public Uri? Find() => Told ?? _bound.OrderBy(IsSecure).FirstOrDefault();

    /// <returns>An https address; null when there is none, or the host is starting.</returns>
    public Uri? FindSecure() => Told is { } told ? IsSecure(told) ? told : null : _bound.FirstOrDefault(IsSecure);

    /// <param name="urls">As the host listens, which may be at every address of the machine.</param>
    public void BindTo(IEnumerable<string> urls) => _bound = [.. urls.Select(Reachable)];

    private Uri? Told => (options.Value.BaseUrl, configuration[AzureHostName]) switch
    {
        ({ Length: > 0 } told, _) => new Uri(told.TrimEnd('/') + "/"),
        (_, { Length: > 0 } host) => new Uri($"https://{host}/"),
        _ => null,
    };

    private static bool IsSecure(Uri address) => address.Scheme == Uri.UriSchemeHttps;

    private static Uri Reachable(string url)
    {
        var address = new UriBuilder(url.Replace("//+", "//localhost", StringComparison.Ordinal).Replace("//*", "//localhost", StringComparison.Ordinal)) { Path = "/" };
        if (address.Host is "0.0.0.0" or "[::]")
        {
            address.Host = "localhost";
        }

        return address.Uri;
    }
}
