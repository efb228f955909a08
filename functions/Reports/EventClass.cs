using System.Globalization;
using Serverless.Outcomes;

namespace Serverless.Reports;

/// <summary>What an action of the plugin means for a release.</summary>
internal enum EventClass
{
    /// <summary>The release named in the event failed on the device.</summary>
    Failure,

    /// <summary>The release named in the event could not be downloaded file by file.</summary>
    FileFailure,

    /// <summary>A release failed, but the event names the running version or none: the one last offered is meant.</summary>
    UnattributedFailure,

    /// <summary>The app or its web view came to an end on whatever release ran before the launch that reports it.</summary>
    Crash,

    /// <summary>Something went wrong on the page. No evidence: pages log errors and work.</summary>
    WebError,

    /// <summary>The app said it is ready on the named version.</summary>
    Good,

    /// <summary>The named version was downloaded or installed.</summary>
    Installed,

    /// <summary>Known, and no evidence about a release: progress, heartbeats, the device's own troubles.</summary>
    Neutral,

    /// <summary>From a newer plugin; accepted and counted.</summary>
    Unknown,
}

/// <summary>The plugin's actions, classified. Source: the actions that plugin 8.51 emits, and the legacy names its vendor's server accepts.</summary>
internal static class EventClasses
{
    private static readonly Dictionary<string, EventClass> ByAction = new(StringComparer.Ordinal)
    {
        ["update_fail"] = EventClass.Failure,
        ["set_fail"] = EventClass.Failure,
        ["finish_download_fail"] = EventClass.Failure,
        ["decrypt_fail"] = EventClass.Failure,
        ["manifest_path_fail"] = EventClass.FileFailure,
        ["download_manifest_file_fail"] = EventClass.FileFailure,
        ["download_manifest_checksum_fail"] = EventClass.FileFailure,
        ["download_manifest_brotli_fail"] = EventClass.FileFailure,

        ["unzip_fail"] = EventClass.UnattributedFailure,
        ["windows_path_fail"] = EventClass.UnattributedFailure,
        ["canonical_path_fail"] = EventClass.UnattributedFailure,
        ["directory_path_fail"] = EventClass.UnattributedFailure,
        ["checksum_required"] = EventClass.UnattributedFailure,
        ["session_key_required"] = EventClass.UnattributedFailure,

        ["app_crash"] = EventClass.Crash,
        ["app_crash_native"] = EventClass.Crash,
        ["app_anr"] = EventClass.Crash,
        ["app_killed_excessive_resource_usage"] = EventClass.Crash,
        ["app_initialization_failure"] = EventClass.Crash,
        ["webview_render_process_gone"] = EventClass.Crash,
        ["webview_content_process_terminated"] = EventClass.Crash,
        ["webview_unclean_restart"] = EventClass.Crash,

        ["webview_javascript_error"] = EventClass.WebError,
        ["webview_unhandled_rejection"] = EventClass.WebError,
        ["webview_resource_error"] = EventClass.WebError,
        ["webview_security_policy_violation"] = EventClass.WebError,

        ["app_launch_ready"] = EventClass.Good,
        ["set"] = EventClass.Installed,
        ["set_next"] = EventClass.Installed,
        ["download_complete"] = EventClass.Installed,
        ["download_zip_complete"] = EventClass.Installed,
        ["download_manifest_complete"] = EventClass.Installed,
    };

    private static readonly HashSet<string> Neutral = new(StringComparer.Ordinal)
    {
        "app_moved_to_foreground", "app_moved_to_background", "app_launch_start", "app_launch_timeout", "download_zip_start", "download_manifest_start",
        "reset", "delete", "download_fail", "low_mem_fail", "insufficient_disk_space", "rate_limit_reached", "blocked_by_server_url",
        "os_version_changed", "native_app_version_changed", "app_killed_low_memory", "app_memory_warning", "webview_dom_content_loaded", "webview_page_loaded",
        "ping", "get", "uninstall", "needPlanUpgrade", "missingBundle", "noNew", "disablePlatformIos", "disablePlatformAndroid",
        "disablePlatformElectron", "disableAutoUpdateToMajor", "disableAutoUpdateToMinor", "disableAutoUpdateToPatch", "disableAutoUpdateMetadata",
        "disableAutoUpdateUnderNative", "disableAutoUpdate", "cannotUpdateViaPrivateChannel", "channelMisconfigured", "disableDevBuild",
        "disableProdBuild", "disableEmulator", "disableDevice", "cannotGetBundle", "NoChannelOrOverride", "setChannel", "getChannel", "rateLimited",
        "keyMismatch", "InvalidIp", "backend_refusal", "customIdBlocked",
    };

    /// <param name="action">As sent.</param>
    /// <param name="platform">Android names the running version in <c>checksum_fail</c>, iOS the target.</param>
    public static EventClass Of(string action, string? platform) => action switch
    {
        "checksum_fail" => platform == "ios" ? EventClass.Failure : EventClass.UnattributedFailure,
        _ when ByAction.TryGetValue(action, out var known) => known,
        _ when Neutral.Contains(action) || IsProgress(action) => EventClass.Neutral,
        _ => EventClass.Unknown,
    };

    /// <summary>How an event of the class votes; null when it is no evidence.</summary>
    public static VoteKind? Vote(EventClass kind) => kind switch
    {
        EventClass.Failure or EventClass.UnattributedFailure => VoteKind.Failed,
        EventClass.FileFailure => VoteKind.FailedByFiles,
        EventClass.Crash => VoteKind.Crashed,
        EventClass.Good => VoteKind.Good,
        EventClass.Installed => VoteKind.Installed,
        _ => null,
    };

    /// <summary>Whether events of the class are kept as errors of the release.</summary>
    public static bool IsError(EventClass kind) =>
        kind is EventClass.Failure or EventClass.FileFailure or EventClass.UnattributedFailure or EventClass.Crash or EventClass.WebError;

    // download_0 to download_90, by tens.
    private static bool IsProgress(string action) =>
        action.StartsWith("download_", StringComparison.Ordinal) && int.TryParse(action.AsSpan("download_".Length), NumberStyles.None, CultureInfo.InvariantCulture, out _);
}
