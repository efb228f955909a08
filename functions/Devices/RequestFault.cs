using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http;
using Serverless.Updates;

namespace Serverless.Devices;

/// <summary>Why a request cannot be answered at all, with a code that plugins and people know. A client error: plugins do not send it again.</summary>
internal sealed record RequestFault(
    [property: JsonPropertyName("error")] string Error,
    [property: JsonPropertyName("message")] string Message,
    [property: JsonIgnore] int Status = StatusCodes.Status400BadRequest)
{
    public static readonly RequestFault InvalidJson = new("invalid_json_parse_body", "The body is not JSON");

    public static readonly RequestFault InvalidBody = new("invalid_json_body", "The body lacks a field or holds one of the wrong form");

    public static readonly RequestFault MissingDevice = new("missing_device_id", "The body lacks device_id");

    public static readonly RequestFault MissingApp = new("missing_app_id", "The body lacks app_id");

    public static readonly RequestFault InvalidNativeVersion = new("semver_error", "version_build holds no version number");

    public static readonly RequestFault TooLarge = new("body_too_large", "The body is too large", StatusCodes.Status413PayloadTooLarge);

    /// <summary>Quiet, so that an outage is no storm of reports.</summary>
    public static readonly RequestFault Unavailable = new("temporarily_unavailable", "The server cannot answer right now", StatusCodes.Status200OK) { Kind = UpdateAnswer.KindBlocked };

    public static readonly RequestFault EnrolmentRefused = new(
        "enrolment_refused", "The server does not take the key: the app, the code, the certificate or the signature is not right", StatusCodes.Status403Forbidden);

    /// <summary>Failed, so that the app hears of it; plugins ignore the status when they see an error.</summary>
    [JsonPropertyName("kind")]
    public string Kind { get; init; } = "failed";

    /// <summary>Of a device that has nothing to do, what it runs: the iOS timer checks again at each tick when it is another.</summary>
    [JsonPropertyName("version")]
    public string? Version { get; init; }

    [JsonPropertyName("moreInfo")]
    public FaultDetail? MoreInfo { get; init; }

    public IResult ToHttp() => Results.Json(this, WireJson.Default.RequestFault, statusCode: Status);
}

/// <summary>What a fault is about, under the vendor's names. Each is there only where it applies.</summary>
internal sealed record FaultDetail
{
    /// <summary>The text in which no version number was found, as sent.</summary>
    [JsonPropertyName("version_build")]
    public string? VersionBuild { get; init; }

    /// <summary>Plugins read it where <c>Retry-After</c> is missing.</summary>
    [JsonPropertyName("retryAfterSeconds")]
    public int? RetryAfterSeconds { get; init; }
}
