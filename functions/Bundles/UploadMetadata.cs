using System.Text.RegularExpressions;
using Serverless.Bundles.Content;
using Serverless.Releases;

namespace Serverless.Bundles;

/// <summary>What a developer says in the metadata of the dropped blob. Keys that are not listed here are ignored.</summary>
/// <param name="Notes">Kept with the release.</param>
/// <param name="AllowMissingReady">Accept a bundle in which nothing calls <c>notifyAppReady</c>.</param>
/// <param name="AllowDowngrade">Accept a version that is not higher than the channel's current one.</param>
/// <param name="AllowedContent">Rules on content that the bundle may break: codes, sorted and separated by commas, for approvals are of this very text.</param>
internal sealed partial record UploadMetadata(BundleNotes Notes, bool AllowMissingReady, bool AllowDowngrade, string AllowedContent = "")
{
    public const string NotesKey = "notes";
    public const string MinNativeKey = "min_native";
    public const string LinkKey = "link";
    public const string CommentKey = "comment";
    public const string RollbackFloorKey = "rollback_floor";
    public const string AllowMissingReadyKey = "allow_missing_ready";
    public const string AllowDowngradeKey = "allow_downgrade";
    public const string AllowContentKey = "allow_content";

    /// <summary>Of all keys and values together. The service takes 8 KB, and <see cref="UploadOrigin"/> needs the rest.</summary>
    public const int MaxBytes = 7 * 1024;

    private const int MaxText = 2000;

    public static readonly string[] Keys = [NotesKey, MinNativeKey, LinkKey, CommentKey, RollbackFloorKey, AllowMissingReadyKey, AllowDowngradeKey, AllowContentKey];

    /// <returns>The rejection, or null with the metadata.</returns>
    public static Rejection? Parse(IDictionary<string, string> values, out UploadMetadata metadata)
    {
        var notes = new BundleNotes(Text(values, NotesKey), Text(values, MinNativeKey), Text(values, LinkKey), Text(values, CommentKey), Version(values, RollbackFloorKey));
        metadata = new UploadMetadata(notes, IsTrue(values, AllowMissingReadyKey), IsTrue(values, AllowDowngradeKey), Codes(values, AllowContentKey));
        return notes switch
        {
            { MinNative: { } native } when !NativeVersion().IsMatch(native) => Refuse(MinNativeKey, "a native version such as 2.1.0"),
            { Link: { } link } when !IsWebAddress(link) => Refuse(LinkKey, "an http or https address"),
            { Notes.Length: > MaxText } => Refuse(NotesKey, "at most 2,000 characters"),
            { Comment.Length: > MaxText } => Refuse(CommentKey, "at most 2,000 characters"),
            { RollbackFloor: null } when Text(values, RollbackFloorKey) is not null => Refuse(RollbackFloorKey, "a version such as 1.4.0"),
            _ when !IsBoolean(values, AllowMissingReadyKey) => Refuse(AllowMissingReadyKey, "true or false"),
            _ when !IsBoolean(values, AllowDowngradeKey) => Refuse(AllowDowngradeKey, "true or false"),
            _ when !metadata.AllowedContent.Split(',', StringSplitOptions.RemoveEmptyEntries).All(ContentRule.Waivable.Contains) => Refuse(AllowContentKey, $"some of {string.Join(", ", ContentRule.Waivable.Order(StringComparer.Ordinal))}, separated by commas"),
            _ => null,
        };
    }

    /// <param name="rule">One of <see cref="ContentRule"/>.</param>
    public bool Allows(string rule) => AllowedContent.Split(',').Contains(rule);

    private static Rejection Refuse(string key, string expected) => new(RejectionCode.InvalidMetadata, $"The blob metadata '{key}' must be {expected}.");

    /// <summary>Metadata travels in headers, which hold ASCII only: other characters are percent-encoded UTF-8.</summary>
    public static string Encode(string text) => Uri.EscapeDataString(text);

    private static string? Text(IDictionary<string, string> values, string key) =>
        values.TryGetValue(key, out var text) && !string.IsNullOrWhiteSpace(text) ? Uri.UnescapeDataString(text).Trim() : null;

    private static BundleVersion? Version(IDictionary<string, string> values, string key) =>
        BundleVersion.TryParse(Text(values, key), out var version) ? version : null;

    private static string Codes(IDictionary<string, string> values, string key) => string.Join(
        ',',
        (Text(values, key) ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal));

    private static bool IsTrue(IDictionary<string, string> values, string key) => bool.TryParse(Text(values, key), out var value) && value;

    private static bool IsBoolean(IDictionary<string, string> values, string key) => Text(values, key) is not { } text || bool.TryParse(text, out _);

    private static bool IsWebAddress(string text) =>
        text.Length <= MaxText && Uri.TryCreate(text, UriKind.Absolute, out var uri) && (uri.Scheme == Uri.UriSchemeHttps || uri.Scheme == Uri.UriSchemeHttp);

    [GeneratedRegex(@"\A[0-9]{1,9}(\.[0-9]{1,9}){0,2}(-[0-9A-Za-z.-]{1,64})?\z", RegexOptions.CultureInvariant)]
    private static partial Regex NativeVersion();
}
