namespace Serverless.Tests.Unit.Approvals;

/// <summary>What approvals are worth, told a second time: sets of voices, by the words of the README.</summary>
internal sealed class ApprovalModel
{
    private static readonly int[] Shares = [10, 50, 100];

    private readonly List<(string Who, int Percent, DateTimeOffset At)> _voices = [];
    private readonly HashSet<int> _granted = [];
    private (int Bytes, int Words) _content = (-1, -1);
    private bool _isLifted;
    private bool _isDeclined;

    public (int Required, string[] Approvers)? Policy { get; private set; }

    public TimeSpan Expiry { get; } = TimeSpan.FromHours(10);

    public void SetPolicy(int required, string[] approvers)
    {
        Policy = required == 0 ? null : (required, approvers);
        Void();
    }

    public void Upload(int bytes, int words)
    {
        if (_isDeclined || _content != (bytes, words))
        {
            Void();
        }

        (_content, _isDeclined) = ((bytes, words), false);
    }

    public void Approve(string who, int bytes, int percent, DateTimeOffset now)
    {
        if (!IsHeard(who, bytes) || _voices.Any(voice => voice.Who == who && voice.Percent == percent && !IsOver(voice, now)))
        {
            return;
        }

        if (_granted.Count == 0)
        {
            _voices.RemoveAll(voice => IsOver(voice, now));
        }

        _voices.RemoveAll(voice => voice.Who == who);
        _voices.Add((who, percent, now));
        Count(now);
    }

    public void Withdraw(string who, int bytes, DateTimeOffset now)
    {
        if (IsHeard(who, bytes))
        {
            _voices.RemoveAll(voice => voice.Who == who);
            Count(now);
        }
    }

    public void Decline(string who, int bytes)
    {
        if (IsHeard(who, bytes))
        {
            Void();
            _isDeclined = true;
        }
    }

    public void BreakGlass(int bytes) => _isLifted |= Policy is not null && bytes == _content.Bytes && !_isDeclined;

    public bool MayLead(int percent) => Policy is null || (!_isDeclined && (_isLifted || _granted.Any(share => share >= percent)));

    private void Count(DateTimeOffset now)
    {
        _granted.UnionWith(Shares.Where(share => Voices(share, now) >= Policy!.Value.Required));
        _granted.RemoveWhere(share => Voices(share, null) < Policy!.Value.Required);
    }

    private int Voices(int share, DateTimeOffset? aliveAt) =>
        _voices.Where(voice => voice.Percent >= share && (aliveAt is not { } now || !IsOver(voice, now))).Select(voice => voice.Who).Distinct().Count();

    private bool IsHeard(string who, int bytes) => Policy is { } policy && policy.Approvers.Contains(who) && bytes == _content.Bytes && !_isDeclined;

    private bool IsOver((string Who, int Percent, DateTimeOffset At) voice, DateTimeOffset now) => now - voice.At >= Expiry;

    private void Void()
    {
        _voices.Clear();
        _granted.Clear();
        _isLifted = false;
    }
}
