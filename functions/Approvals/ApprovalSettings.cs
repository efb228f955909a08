using System.Collections.Immutable;
using Serverless.Channels;
using Serverless.Management;

namespace Serverless.Approvals;

/// <summary>A channel's policy as people see and set it.</summary>
/// <param name="Required">How many approvers have to agree; 0 for none.</param>
/// <param name="Approvers">Principals by their ids, at most 20 of 2,000 characters together; at least as many as are required.</param>
/// <param name="ExpiresAfter">How long an approval waits for the others, from a minute to 90 days; 7 days when left out.</param>
/// <param name="UploaderMayApprove">Who brought a release may be one of those who approve it.</param>
internal sealed record ApprovalSettings(int Required, ImmutableArray<string> Approvers, TimeSpan? ExpiresAfter = null, bool UploaderMayApprove = true)
{
    private const int MaxApprovers = 20;

    // All of them stand in one row of the ledger.
    private const int MaxLetters = 2_000;

    private static readonly TimeSpan DefaultExpiry = TimeSpan.FromDays(7);
    private static readonly TimeSpan ShortestExpiry = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan LongestExpiry = TimeSpan.FromDays(90);

    public static ApprovalSettings Of(Channel channel) => channel.Approvals is { } policy
        ? new(policy.Required, policy.Approvers, policy.ExpiresAfter, policy.UploaderMayApprove)
        : new(0, []);

    /// <returns>What is wrong with them, or null.</returns>
    public Problem? FindProblem() => this switch
    {
        { Approvers.IsDefault: true } or { Approvers.Length: > MaxApprovers } => Problem.InvalidMember("approvers"),
        _ when Approvers.Distinct(StringComparer.Ordinal).Count() != Approvers.Length || !Approvers.All(IsId) || Approvers.Sum(id => id.Length) > MaxLetters => Problem.InvalidMember("approvers"),
        _ when Required < 0 || Required > Approvers.Length || (Required == 0 && !Approvers.IsEmpty) => Problem.InvalidMember("required"),
        { ExpiresAfter: { } time } when time < ShortestExpiry || time > LongestExpiry => Problem.InvalidMember("expiresAfter"),
        _ => null,
    };

    /// <param name="number">The app's revision.</param>
    /// <returns>Null for no policy.</returns>
    public ApprovalPolicy? ToPolicy(long number) => Required == 0 ? null : new ApprovalPolicy
    {
        Number = number,
        Required = Required,
        Approvers = Approvers,
        ExpiresAfter = ExpiresAfter ?? DefaultExpiry,
        UploaderMayApprove = UploaderMayApprove,
    };

    private static bool IsId(string id) => id is { Length: > 0 } && id == id.Trim() && !id.Any(char.IsControl);
}
