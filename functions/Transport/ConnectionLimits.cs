using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Serverless.Transport;

/// <summary>What one connection may cost before a function is asked. Functions have narrower limits of their own for what they read.</summary>
internal sealed class ConnectionLimits
{
    public const string Section = "Connections";

    /// <summary>Of the method, the address and the version together.</summary>
    [Range(256, 1 << 16)]
    public int MaxRequestLineBytes { get; set; } = 8 * 1024;

    [Range(8, 1000)]
    public int MaxHeaders { get; set; } = 64;

    /// <summary>Of all headers of a request.</summary>
    [Range(1024, 1 << 20)]
    public int MaxHeaderBytes { get; set; } = 32 * 1024;

    /// <summary>The largest body that any function reads is 8 MB.</summary>
    [Range(1L << 20, 1L << 30)]
    public long MaxBodyBytes { get; set; } = 16 * 1024 * 1024;

    /// <summary>How long the headers of a request may take to arrive.</summary>
    [Range(typeof(TimeSpan), "00:00:00.5", "00:10:00")]
    public TimeSpan HeadersTimeout { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>How long a connection may wait for its next request. Longer than most proxies do, so that they end it, and not while they send.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "01:00:00")]
    public TimeSpan KeepAliveTimeout { get; set; } = TimeSpan.FromSeconds(130);

    /// <summary>Whoever sends a body, or reads an answer, more slowly than this is cut off.</summary>
    [Range(1, 1 << 20)]
    public int MinBytesPerSecond { get; set; } = 240;

    /// <summary>How long it may be slower. Kestrel looks once a second.</summary>
    [Range(typeof(TimeSpan), "00:00:01.1", "00:10:00")]
    public TimeSpan GracePeriod { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Most connections at once; 0 for no limit.</summary>
    [Range(0, int.MaxValue)]
    public int MaxOpen { get; set; }
}

[OptionsValidator]
internal sealed partial class ConnectionLimitsValidator : IValidateOptions<ConnectionLimits>;
