using System.Collections.Immutable;
using System.Text.Json;

namespace Serverless.Approvals;

/// <summary>Who has to agree before a channel leads devices to a release that it did not offer before.</summary>
internal sealed record ApprovalPolicy
{
    /// <summary>The app's revision at which the policy was set. Approvals that were given under another one count no more.</summary>
    public required long Number { get; init; }

    /// <summary>How many approvers have to agree.</summary>
    public required int Required { get; init; }

    /// <summary>Principals by their ids, compared character for character.</summary>
    public required ImmutableArray<string> Approvers { get; init; }

    /// <summary>How long an approval waits for the others.</summary>
    public required TimeSpan ExpiresAfter { get; init; }

    /// <summary>Who brought a release may be one of those who approve it.</summary>
    public required bool UploaderMayApprove { get; init; }

    public bool Names(string principal) => Approvers.Contains(principal, StringComparer.Ordinal);

    /// <summary>All of it, in words that can be read back: the stored JSON.</summary>
    public override string ToString() => JsonSerializer.Serialize(this, PipelineJson.Default.ApprovalPolicy);

    /// <returns>Null when these are not the words of a policy.</returns>
    public static ApprovalPolicy? Parse(string words)
    {
        try
        {
            return JsonSerializer.Deserialize(words, PipelineJson.Default.ApprovalPolicy) is { Approvers.IsDefault: false } policy && $"{policy}" == words ? policy : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
