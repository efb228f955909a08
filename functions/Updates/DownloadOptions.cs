using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Serverless.Updates;

/// <summary>The addresses that devices download from.</summary>
internal sealed class DownloadOptions
{
    public const string Section = "Downloads";

    /// <summary>
    /// An address is good for at least this long and at most twice as long; all answers of one such window carry the same signature.
    /// </summary>
    [Range(typeof(TimeSpan), "00:01:00", "1.00:00:00")]
    public TimeSpan Window { get; set; } = TimeSpan.FromHours(1);

    /// <summary>Put in front of <c>bundles/…</c> and <c>files/…</c> instead of the storage account's address, for a CDN; must forward the query string.</summary>
    [RegularExpression(@"https?://[^/?#\s]+[^?#\s]*", ErrorMessage = "Downloads:BaseUrl must be an absolute http or https address without a query.")]
    public string? BaseUrl { get; set; }
}

[OptionsValidator]
internal sealed partial class DownloadOptionsValidator : IValidateOptions<DownloadOptions>;
