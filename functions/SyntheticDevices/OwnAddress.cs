using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace Serverless.SyntheticDevices;

/// <summary>Where this deployment answers devices: as it was told, as Azure says, or as this host is bound.</summary>
internal sealed class OwnAddress(IOptions<SyntheticDeviceOptions> options, IConfiguration configuration)
{
    private const string AzureHostName = "WEBSITE_HOSTNAME";

    private volatile Uri? _bound;

    /// <returns>Ends with <c>/</c>; null while the host is starting.</returns>
    public Uri? Find() => (options.Value.BaseUrl, configuration[AzureHostName]) switch
    {
        ({ Length: > 0 } told, _) => new Uri(told.TrimEnd('/') + "/"),
        (_, { Length: > 0 } host) => new Uri($"https://{host}/"),
        _ => _bound,
    };

    /// <param name="url">As the host listens, which may be at every address of the machine.</param>
    public void BindTo(string url)
    {
        var address = new UriBuilder(url.Replace("//+", "//localhost", StringComparison.Ordinal).Replace("//*", "//localhost", StringComparison.Ordinal)) { Path = "/" };
        if (address.Host is "0.0.0.0" or "[::]")
        {
            address.Host = "localhost";
        }

        _bound = address.Uri;
    }
}
