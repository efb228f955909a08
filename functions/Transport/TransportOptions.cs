using System.ComponentModel.DataAnnotations;
using System.Net;
using Microsoft.Extensions.Options;

namespace Serverless.Transport;

/// <summary>How requests come to this server, and who is believed about it.</summary>
internal sealed class TransportOptions : IValidatableObject
{
    public const string Section = "Transport";

    /// <summary>The proxies whose <c>X-Forwarded-For</c>, <c>-Proto</c> and <c>-Host</c> are believed: addresses and networks (CIDR), separated by commas.</summary>
    public string TrustedProxies { get; set; } = "";

    /// <summary>Refuse plain HTTP, but over loopback.</summary>
    public bool RequireHttps { get; set; } = true;

    /// <summary>How long a browser that came over HTTPS takes nothing else (RFC 6797); zero for not saying so.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "3650.00:00:00")]
    public TimeSpan HstsMaxAge { get; set; } = TimeSpan.FromDays(365);

    /// <summary>The same for every host name below the server's.</summary>
    public bool HstsIncludeSubDomains { get; set; }

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (ReadProxies() is null)
        {
            yield return new ValidationResult(
                $"{Section}:{nameof(TrustedProxies)} must be addresses and networks such as 10.0.0.4, 192.0.2.0/24, 2001:db8::/32, none of them everybody's.", [nameof(TrustedProxies)]);
        }
    }

    /// <returns>Null when one of them is none.</returns>
    public IReadOnlyList<IPNetwork>? ReadProxies()
    {
        var networks = new List<IPNetwork>();
        foreach (var part in TrustedProxies.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            if (IPAddress.TryParse(part, out var address))
            {
                networks.Add(new IPNetwork(address, address.GetAddressBytes().Length * 8));
            }
            else if (IPNetwork.TryParse(part, out var network) && network.PrefixLength > 0)
            {
                networks.Add(network);
            }
            else
            {
                return null;
            }
        }

        return networks;
    }
}

[OptionsValidator]
internal sealed partial class TransportOptionsValidator : IValidateOptions<TransportOptions>;
