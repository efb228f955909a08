using Serverless.Apps;
using Serverless.Releases;
using Serverless.Updates;

namespace Serverless.Channels;

/// <summary>Changes channels that are still as the caller knows them, each change together with its ledger rows.</summary>
internal sealed class ChannelWriter(ReleaseCatalog catalog, AppSnapshots snapshots)
{
    /// <summary>What is already so is neither written nor recorded.</summary>
    /// <param name="app">The app.</param>
    /// <param name="name">The channel; it is not created here.</param>
    /// <param name="isKnown">Whether the caller knows the channel of this tag.</param>
    /// <param name="decide">Makes the change from the channel as it is now, or null for none. Called again after a conflict.</param>
    /// <param name="cancellation">Gives up; a change that was sent may still take effect.</param>
    /// <returns>The channel as it is now; null when it is not the one that the caller knows.</returns>
    public async Task<Channel?> ChangeAsync(
        AppId app, ChannelName name, Predicate<string> isKnown, Func<Channel, AppState, CancellationToken, Task<ChannelAct?>> decide, CancellationToken cancellation)
    {
        Channel? changed = null;
        await catalog.ChangeAsync(
            app,
            async (state, token) =>
            {
                var before = await catalog.FindChannelAsync(app, name, token);

                // A commit whose answer was lost meets itself as a conflict.
                if (before is null || (changed is not null && ChannelAdministration.Tag(before) == ChannelAdministration.Tag(changed)))
                {
                    return null;
                }

                changed = null;
                if (!isKnown(ChannelAdministration.Tag(before)))
                {
                    return null;
                }

                var act = await decide(before, state, token);
                changed = act?.Channel ?? before;
                return act is null || ChannelAdministration.Tag(before) == ChannelAdministration.Tag(changed)
                    ? null
                    : new CatalogChange { Channels = [changed], Approvals = act.Approvals is { } used ? [used] : [], Ledger = act.Ledger };
            },
            cancellation);
        if (changed is not null)
        {
            snapshots.Invalidate(app);
        }

        return changed;
    }
}
