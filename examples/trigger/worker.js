export default {
    async fetch() {
        return Response.json(
            { catalogue: [] },
            { headers: { "Cache-Tag": "catalogue", "Cache-Control": "s-maxage=3600" } },
        );
    },
};
